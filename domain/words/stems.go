package words

// What speaks for a report, and against one. A stem covers every word that begins
// with it; with a dot it is that word only. Add a word where a kind of event is
// missed; a single sentence is no reason.
var english = vocabulary{
	stems: weights(map[int]string{
		wentWrong: `tear. tears. tore scald shatter splinter silent dropp drops. fumes. smell trapped wont loosen interrupt shouted shouting threat unstable unsteady wrong incorrect error mistake mixup mixed mix confus fell fall slip trip bruis injur hurt hit. bleed bled. bled broke break. fault fail leak spill spilt miss.
			missed missing misplac mislabel misident misread misheard nearly almost expir delay omit lost. loss disconnect stopped empty dead. died. death hazard danger unsafe
			alarm allerg overfull overflow overdos underdos unlabel unsigned unattended unlocked unplug unchecked contamin choke choking aspirat assault punch kick. kicked threw spat bit. bite aggress
			violen abus restrain ignor crack blunt loose defect malfunction expos burn infect collaps arrest seizure faint unconscious unrespons ulcer stuck trapp trap.
			tangl damag absent jam. jammed smok fire. flood escap abscond wander ligature swallow ingest snap split. torn ripped detach dislodg pulled block kink occlu needlestick anaphyla
			rash. react extravas infiltrat overheat short. shortage duplicat twice. double. swapped switched backwards upside reversed mismatch discrep unaccounted stolen deteriorat desat hypo hyper
			sharp sore. late. overdue retain forgot forgotten neglect unanswered misconnect undress lap. snapped bent. rusty mould leaking dirty soiled insect`,
		clinical: `eye. eyes ear. ears arm. leg. legs hand. hands foot. feet face. knee. hip. back. head. mouth skin. tongue mother father daughter son. husband wife. mr. mrs. glove gown. coeliac diabet dementia diet. meal. allergen stethoscop nebul inhaler eye-drop urine stool vomit cubicle ambulance pt. pts. patient resident lady. gentleman child. baby babies infant newborn neonat mum. elderly visitor relative insulin heparin warfarin morphine potassium gent. antibio medic meds. dose dosage
			dosing drug vial ampoule amp. amps. tablet pill. pills. inject infus iv. sc. po. pump syringe needle cannul catheter line. lines. drip. epidural spinal transfus blood bloods. plasma oxygen o2. defib monitor
			ventilat swab specimen sample biops pacemaker mri. ct. xray x-ray scan chemo consent theatre surg anaesth cot. rails rail. hoist sling suction crash. resus septic sepsis sats. driver tpn. feed. ng. peg.
			tubing tube wristband band. label pharmac fridge prescri chart adrenaline fentanyl glucose. saline bp. ecg. news. mrsa. diff. isolation wound pressure dressing stoma drain. ctg. labour
			discharg referr diagnos result. results. admission admit trolley wheelchair commode mattress bed. beds. bay. bedside zimmer frame. brake dialys fluid. fluids. nbm. dnacpr. dnar. handover obs. hypogly bleep.
			laryngoscop scalpel implant prosthe count. hearing denture jewell glasses mask. valve. port. leads electrod`,
		context: `tap. sluice radiator cover. wheel. handle. screen computer system software lock. glass. metal wall. roof. toilet. shower bath. sink. kitchen freezer put. came went. off. got. elses. agency count gone. ward. unit. units. bathroom toilet floor. corridor given. gave. found. caught spotted noticed discovered realis instead before. drawer door. cupboard bag. box. id. chair staff hca nurse student porter doctor
			nobody transfer pain. left. right. without name. names. check. checked mg. mcg. ml. mmol lab. sheet hung cable plug socket lift. window ramp wet. no. not. never. didnt wasnt werent hadnt couldnt wouldnt isnt
			should. supposed hour hours hrs hr. min. mins. minutes days. still. already identi unaware sent. told. changed signed written record side. open. closed. same. similar look`,
		chat: `im. lunch. canteen coffee text. texts cake form. we. home. finished done. say. said. maybe guess. wonder pls please thx x. u. you. your. youre me. ill. ive. my. mine just. really. team. hope. think. know. today. tmrw tomorrow tonight. next. weekend. monday tuesday wednesday thursday friday
			saturday sunday mon. tues. thurs. fri. again. anyone someone want. love lovely`,
		talk: `knackered pizza dinner. dentist cancelled teaching enjoyed luck. inspection music tmrw. free. gonna dish. hi. hello hey. hiya thank thanks cheers ta. swap. shift. shifts rota. leave. annual holiday cakes dinner mug. mugs pub. party parking bus. train. traffic wifi password login logged
			printer phone. charger birthday bday xmas christmas morning. afternoon. evening. lol haha hahaha training course module quiz test. question. questions pass. mark. sop. policy link. reminder reminders receipt message messages
			whatsapp mate. joke proud legend sorry. sick. tired. payslip pay. paid. wage uniform locker desk. office. meeting session reception congrats congratulations brilliant amazing great. good. nice.
			interview job. overtime app. website email e-mail survey vote. football gym. flu. jab. vaccine badge. raffle charity bake lottery crossword weather rain snow sunny agree yes. yeah. yep. ok. okay. nope. bye.`,
	}),
	pairs: pairs(map[int][]string{
		wentWrong: {"near miss", "not working", "not work", "didnt work", "doesnt work", "look alike", "no consent", "ran out", "run out", "too fast", "too slow", "too much", "too high", "too low", "not given", "not signed",
			"not documented", "not checked", "not answered", "not changed", "not screened", "not done", "not sent", "not reaching", "no hoist", "only 1", "only one", "about to", "left on", "left in", "left wet",
			"should of", "should have", "in time", "no one", "way off", "still on", "on floor", "the floor", "call bell", "red mark", "thrown away", "never sent"},
		clinical: {"pen of", "insulin pen", "air con", "car park", "door locks"},
		talk: {"wrong number", "what now", "who do", "do we", "already signed", "the wrong one", "let me", "ring ward", "wrong person", "wrong chat", "wrong group", "see you", "do i", "can i", "call me", "my number", "my shift", "my break", "pass mark", "on leave", "day off", "days off", "off sick", "the pub", "staff room", "running late", "cover me", "for break", "on break", "cover for", "add me",
			"the link", "link again", "the quiz", "my login", "night shift", "day shift", "dont forget", "stop it", "you two", "have a", "need more", "moved to", "out of"},
	}),
	asks:  set("who whos where wheres when whens what whats how hows why can could is are do does did will would shall any anyone has have"),
	small: set("the a an of to in on at and for with was were be been that this it its he she his her they them there from by or so if as but no not up out"),
}

var spanish = vocabulary{
	stems: weights(map[int]string{
		wentWrong: `rompen rompe desgarr astill explot silenc interrump hirviendo quemad cuadra vuelc grit mezcl equivoc cayo caer caid cae. resbal tropez tropiez golpe heri sangr rompi roto. rota. rotura averi estrope fallo falla. fallan error confus confund olvid perdi extravi retras tarde. casi.
			falta. faltan faltaba sin. mal. alergi agre empuj peg. pego. pegaron mord amenaz insult peligr riesgo vacia. vacio. vaciar desconect parada. parado. paro. alarma mojado charco fuga. gotera goteo. arranc quem ulcera
			lesion dano dolor cambiad intercambi duplic doble. manch contamin infec ahog atragant convuls desmay mare. maread inconsc nadie iguales parecid caduc sobredos infradosi pinch pincho derram
			volc inund incend humo. chisp atasc atrap encerr bloque trag tragado ingir fug. fugo escap autolesi suicid empeor deterior desatur reves invertid trasp extravas reaccion anafil shock. muert fallec
			sucio. sucia. oxid moho. suelt suelto solt. desprend acod obstru retir robad desapare discrep nunca. negat grieta rasg raro. raros rara. ausente omit omitid`,
		clinical: `ojo. ojos oido. oidos colirio boca. pie. pies cara. cadera rodilla piel. lengua madre. padre. hija. hijo. marido esposa guante bata. celiaco diabet demencia dieta. menu. inhalador nebul orina heces vomit box. ambulancia estupefac operar paciente pct. pcte enferm anciano anciana senora. senor. nino. nina. bebe recien lactante embaraz visita. familiar insulina heparina morfina sintrom potasio gentamicina antibio amoxicilin penicilin medicac
			medicament dosis vial ampolla pastilla comprimid inyect bomba infusion perfus jeringa aguja cateter sonda via. vias. suero. sueros gotero epidural transfus plasma oxigeno desfibril monitor respirador gasa compresa muestra
			biopsia marcapasos resonancia tac. radiograf placa quimio consentim quirofano aneste barandilla camilla grua arnes contenedor aspirador septic sepsis satur sat. timbre pulsera etiquet farmacia nevera receto recet
			prescri pauta hoja. historia. adrenalina fentanilo rocuronio atropina glucosa glucemia glucometr tension ecg. electro mrsa. aislam herida cura. presion. drenaje ostomia parto. alta. ingres diagnos
			resultado analitic interconsulta volante cama. camas. silla. ruedas freno colchon dialis sueroterap nutric sng. busca. laringo bisturi implante protesis recuento audifono dentadura joyas anillo gafas
			laboratorio oncolog infarto ictus aseo. bano. electrodo bolsa nacid`,
		context: `grifo radiador tapa. rueda pantalla ordenador sistema cerradura cristal metal pared. techo ducha lavabo cocina congelador salio dejo dejaron suelo planta. sala. pasillo carro cajon armario dieron dio. puse. pusieron pone. puesto. puestos encontr visto vio. vez. veces. traslad noche auxiliar celador medico mg. mcg. ml. mmol unidades
			bateria cable enchufe ascensor ventana puerta rampa escalera registr tiempo. no. nunca hora horas min. minutos dias. debia. tenia. habia. estaba. quedo. avis firmar firmad identif abierta abierto solo. sola. lado. brazo mano pierna
			cabeza espalda izquierd derech iba. antes. toda. hizo. lleva.`,
		chat: `cafeteria comida. comer. casa. llama. llamad duda. acabo tu. te. mi. mis. yo. estoy. voy. hoy. manana tambien. creo. espero. quiero porfa lunes. martes. miercoles. jueves. viernes. sabado. domingo. bueno. pues. otra. todos.`,
		talk: `agotad dentista cancelad charla suerte inspeccion puedas. puedes. pizza musica hola buenas buenos gracias turno. turnos guardia. guardias vacaciones tarta. pastel. bar. cena. parking aparcar autobus tren. trafico wifi clave. contrasena impresora cargador movil. cumple. cumpleanos feliz
			navidad jaja formacion curso. modulo test. preguntas. pregunta. nota. enlace protocolo norma. formulario recordatorio recibo mensaje grupo. reunion descanso baja. perdona perdon sesion nomina pagan. paga. uniforme taquilla
			papel. boli bolis recepcion enhorabuena genial guapa guapo crack. examen oposicion correo encuesta gimnasio futbol gripe vacuna loteria rifa llego. llegamos perfecto vale. acuerdo. adios
			libranza saliente`,
	}),
	pairs: pairs(map[int][]string{
		wentWrong: {"en vez", "no pita", "no funciona", "no funcionaba", "a tiempo", "muy rapido", "muy lento", "demasiado rapido", "no registrada", "solo una", "solo uno", "sin hacer", "nadie miro", "nadie aviso", "sin firmar", "hizo dano",
			"hizo falta", "dos veces", "al reves", "no contestan", "no contesta", "en lugar", "por error", "no estaba", "no habia", "no llego", "no se", "nunca enviado", "le dieron", "le pusieron"},
		talk: {"numero equivocado", "que hago", "el que", "a casa", "de chat", "me equivoque", "el enlace", "con quien", "donde encuentro", "que significa", "me cambias", "alguien me", "me llego", "estoy de", "de baja", "ya firme", "ya termine", "ya hice", "nos vemos",
			"me toca", "horas extra", "buen trabajo", "esta noche", "de camino", "otra vez", "no estoy", "que noche", "hay tarta", "hay curso", "voy a"},
	}),
	asks:  set("quien quienes donde cuando cual cuales que como por cuanto cuantos puedo puedes puede hay alguien tienes teneis sabes sabeis"),
	small: set("el la los las un una unos unas de del en al y o que se lo le les con por para sin es era fue su sus este esta ese eso pero si ya muy mas ha han he como cuando porque desde hasta entre sobre nos"),
}
