package mask

import "strings"

// particles stand inside names.
var particles = set("de del la las los van von der den da dos al el bin ibn y mc mac st san")

// ordinary words are never a name, whatever stands before them. They are the
// words that follow "mr", "pt" or "patient" in reports: verbs, prepositions,
// places and things of a ward, and abbreviations that are written in capitals.
var ordinary = set(`
a about after again against agreed alert alerted alone also always am an and another any are arrived as asked asleep at ate attended away
awake aware back bay bed been before behind being believed below beside between bitten bleeding both bp breathing broke brought but by call called calm
came can cannot care cared chair charts cleaned climbed collapsed came coming complained complaining confused cough could cried cut denied deteriorated
did died disconnected dnacpr dnar do does doing done down dressed drank dropped due during each ecg ed eating either escaped every exposed facing fainted fall
fallen falling family feels feet fell felt fine fit fitted followed for forgot found from gave gcs get gets getting given go goes going gone got group had handed
handling has have having he held her here his hit home hoist how hurt icu identified if in incontinent injured injury inside instead into is it itself itu iv just kept
kicked knocked later lay leaning leaned left let lifted like lost lying made may missed missing monitor more moved moving much must nbm near nearly needed
needs never new news next no nobody noise not noted nothing now nurse nursed of off ok old on one only onto opened or other our out outside over own
pain pale panicked passed pathway peg picc placed prepared presented pressed properties property pulled pushed put ran received record records refused
relative relatives remained removed reported requested required restless returned ringing room rolled rushed safe safety said sat says scared scan scanner screaming
seems seen seizure sent shaking she should side sitting sleeping slid slip slipped slipping slept so sob some son spilled stable stairs standing started states stayed still stood stopped stuck
stumbled suddenly suffered sustained taken tells than that the their them then there these they this those though threw through to today told
told too took touched transfer transferred transported trapped treated tried tripped turned two unable unaware under unit unresponsive unsafe unsteady until unwell up upset
us using very via visitor vomited vomiting waiting waited walked walking wandered wanted wants ward was we weak well went were wet what when where which while who whose wife
will with without woke would wristband wrong yesterday you your admission admitted allergic allergy allergies anaesthetic assessment bag band bank bathroom blood board bell buzzer
card carer cannula catheter chart clinic comfort consent contact container controlled daily data daughter details dialysis diet discharge discharged doctor dr documents dose doses
drain dressing drip drug drugs equipment experience feed files flow fluids form glasses gown handover hospital husband identity identification imaging incident information infusion journey label labels
leaflet lift list lists meal meals medication medications medicine medicines meds mother mobility name notes number obs observation observations order oxygen papers parents portal
prescription prof professor protocol pump pumps questions rate reported results satisfaction sample sheet sister specimen staff status surgery survey swab table tablet tablets team teams delay temp test
theatre toilet tray treatment trolley tube turnover understood urine verbal violence vitals waiting walker weight wheelchair wound xray ate advised
conditional coil machine machines angiogram images contrast spectroscopy department suite contin capsule capsules caps tab tabs release prep version dosing
mg ml mcg units unit am pm stat prn tds bd od qds nocte mane im sc po pr pv ng neb inr hb abg cxr ct mri mrsa covid copd dvt pe af mi cva tia uti aki avpu niv cpap bipap
hdu aau amu sau ccu nicu picu er or ot ae opd gp ahp hca rn cns anp sho dept dob mrn nhs nhc ews mews pews sbar dnr cpr aed
angry annoyed anxious bleeding bruise bruised burn burned burnt choked choking cold dead dizzy drowsy hypo hypotensive hyper hypoxic nausea nauseous pyrexial septic tachy weak
almost already although because bitten briefly currently despite either however immediately initially maybe meanwhile nearly otherwise particularly perhaps possibly previously probably quickly
recently reportedly since slightly sometimes soon suddenly therefore unfortunately usually who's whom whose
a ahora al algo alta anoche antes aparece asustado avisado avisada bajo bajó cada caida caido caida caer cae cama camilla casi cayo cayendo cayeron como con confuso confusa contra cual cuando
de debido dejado del desde despues dice dijo doble dolor donde dormido dormida durante e el ella en encontrado encontrada entre era es esta estaba estan este esta esto fue fueron ha habia han hasta hay hizo
hoy identificado identificada ingresado ingresada intento iba la las le les levanto llego llora los mal mas me mientras mojado muy nada ni niega no nos o otra otro para pero perdio pide poco por porque puede
que quedo quejaba queria quien quiere quiso recibe recibio recibido refiere resbala resbalo resbalado sala salio se sedado ser si siempre sigue sin sobre solo son su sufre sufrio sus tambien tenia tiene toma tomo tras
tropezo tuvo un una uno va ver y ya yo agitado agitada agresivo agresiva alergico alergica anciano anticoagulado atado ayer ayudado bano caliente cambiado correcto desorientado desorientada diabetico
dado dada enfermero enfermera equivocado equivocada error medico familiar hija hijo madre padre esposa esposo marido mujer medicacion pulsera planta habitacion pide quirofano trasladado trasladada urgencias vomita vomito
`)

// drugs are common names of medicines that get a capital letter in reports.
var drugs = set(`
heparin insulin morphine warfarin paracetamol oxycodone oxynorm oxycontin fentanyl midazolam lorazepam diazepam ketamine propofol adrenaline epinephrine noradrenaline
norepinephrine vancomycin gentamicin meropenem tazocin augmentin amoxicillin flucloxacillin penicillin ceftriaxone digoxin amiodarone bisoprolol furosemide potassium
sodium magnesium calcium glucose dextrose saline metformin novorapid lantus humalog actrapid levemir tresiba clexane enoxaparin fragmin dalteparin tinzaparin apixaban eliquis
rivaroxaban xarelto edoxaban aspirin clopidogrel ibuprofen codeine tramadol naloxone ondansetron haloperidol levetiracetam keppra phenytoin methotrexate prednisolone hydrocortisone
dexamethasone salbutamol ventolin omeprazole lansoprazole senna lactulose movicol oramorph sevredol botox chloral rocuronium atropine
heparina insulina morfina warfarina sintrom acenocumarol paracetamol metamizol nolotil fentanilo midazolam adrenalina noradrenalina vancomicina gentamicina amoxicilina penicilina digoxina
amiodarona furosemida potasio sodio magnesio calcio glucosa suero metformina enoxaparina ibuprofeno tramadol omeprazol dexametasona salbutamol cloruro
`)

// isDrugShape knows the endings of international drug names. Surnames with them
// are rare.
func isDrugShape(low string) bool {
	if len(low) < 7 {
		return false
	}
	for _, ending := range [...]string{"cillin", "mycin", "micin", "parin", "azole", "pril", "sartan", "olol", "statin", "oxacin", "azepam", "caine", "pam",
		"tidine", "cilina", "micina", "parina", "prazol", "cloxacina", "statina"} {
		if strings.HasSuffix(low, ending) {
			return true
		}
	}
	return false
}

// givenNames are frequent ones that are not also English or Spanish words. They
// tell "pt john smith" from "pt bed moved".
var givenNames = set(`
john mary james robert michael william david richard joseph thomas charles daniel matthew anthony donald steven paul andrew joshua kenneth kevin brian george
edward ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory alexander patrick jack dennis jerry
patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty margaret sandra ashley kimberly emily donna michelle carol amanda melissa deborah stephanie
rebecca sharon laura cynthia kathleen amy angela shirley anna brenda pamela emma nicole helen samantha katherine christine rachel carolyn janet maria catherine heather diane
olivia julie joyce victoria kelly christina joan evelyn judith megan hannah andrea cheryl martha jacqueline frances gloria ann teresa kathryn sara janice jean alice madison doris
julia judy denise marilyn danielle brittany diana jane fred albert arthur harry alfred ernest walter stanley reginald edith florence doreen maureen sheila brenda
mohammed muhammad ahmed ali fatima aisha hassan hussein omar yusuf ibrahim abdul priya raj sanjay amit anil sunita wei
jose antonio juan francisco manuel luis javier miguel carlos pedro jesus alejandro fernando sergio pablo jorge alberto alvaro rafael diego adrian enrique vicente
ramon raul andres joaquin santiago eduardo victor roberto jaime mario ignacio ricardo ruben salvador felipe julian agustin gonzalo guillermo
carmen josefa isabel ana antonia francisca cristina lucia elena manuela rosario juana beatriz raquel montserrat marta
silvia paula irene patricia susana yolanda sofia margarita ines lola paqui conchi guadalupe ximena camila valentina
`)
