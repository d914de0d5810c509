package scale

var schemes = []Scheme{AHRQ, MERP, LFPSEPhysical, LFPSEPsychological, SAC, SACSeverity, NPSAConsequence, China}

// AHRQ is the Harm Scale v1.2 of the AHRQ Common Formats, coded as in LOINC
// 74560-4, answer list LL2819-2. It is what reporters are asked with, because
// its words are the plainest. Public domain. Source: loinc.org/74560-4.
var AHRQ = Scheme{"ahrq-harm", "1.2", false, []Level{
	{"LA20747-4", Death, "scale.ahrq.death"},
	{"LA20748-2", Severe, "scale.ahrq.severe"},
	{"LA20749-0", Moderate, "scale.ahrq.moderate"},
	{"LA21150-0", Mild, "scale.ahrq.mild"},
	{"LA21151-8", None, "scale.ahrq.none"},
	{"LA4489-6", Unknown, "scale.ahrq.unknown"},
}}

// MERP is the index of medication errors of the NCC MERP, categories A to I
// (1996, revised 2001). Show MERPNotice wherever its wording is shown.
//
// The index does not speak in degrees of harm for E to H, so these ranks are
// ours: temporary harm that needed intervention is mild (AHRQ counts additional
// treatment as mild), a stay in hospital moderate, permanent harm or help to
// sustain life severe.
// Source: nccmerp.org/types-medication-errors.
var MERP = Scheme{"ncc-merp", "2001", true, []Level{
	{"A", None, "scale.merp.a"},
	{"B", None, "scale.merp.b"},
	{"C", None, "scale.merp.c"},
	{"D", None, "scale.merp.d"},
	{"E", Mild, "scale.merp.e"},
	{"F", Moderate, "scale.merp.f"},
	{"G", Severe, "scale.merp.g"},
	{"H", Severe, "scale.merp.h"},
	{"I", Death, "scale.merp.i"},
}}

// MERPNotice is the line that must stand beside the wording of the index.
const MERPNotice = "© 2001 National Coordinating Council for Medication Error Reporting and Prevention. All Rights Reserved."

// LFPSEPhysical is degree of physical harm, field OT001 of the English service
// Learn From Patient Safety Events. The smallest number is the worst.
// Source: NHS England, LFPSE data code and policy guidance on levels of harm
// (Open Government Licence).
var LFPSEPhysical = Scheme{"lfpse-physical", "OT001", false, []Level{
	{"1", Death, "scale.lfpse_physical.fatal"},
	{"2", Severe, "scale.lfpse_physical.severe"},
	{"3", Moderate, "scale.lfpse_physical.moderate"},
	{"4", Mild, "scale.lfpse_physical.low"},
	{"5", None, "scale.lfpse_physical.none"},
}}

// LFPSEPsychological is degree of psychological harm, field OT002. It has no
// fatal step, so that its 1 stands beside the physical 2. Source: as
// LFPSEPhysical.
var LFPSEPsychological = Scheme{"lfpse-psychological", "OT002", false, []Level{
	{"1", Severe, "scale.lfpse_psychological.severe"},
	{"2", Moderate, "scale.lfpse_psychological.moderate"},
	{"3", Mild, "scale.lfpse_psychological.low"},
	{"4", None, "scale.lfpse_psychological.none"},
}}

// NPSAConsequence is the consequence axis of the NPSA risk matrix. Source:
// National Patient Safety Agency, A risk matrix for risk managers (2008).
var NPSAConsequence = Scheme{"npsa-consequence", "2008", true, []Level{
	{"1", None, "scale.npsa_consequence.negligible"},
	{"2", Mild, "scale.npsa_consequence.minor"},
	{"3", Moderate, "scale.npsa_consequence.moderate"},
	{"4", Severe, "scale.npsa_consequence.major"},
	{"5", Death, "scale.npsa_consequence.catastrophic"},
}}

// China is the four levels of medical safety events of the Chinese Hospital
// Association: I warning event (death or permanent loss), II adverse
// consequence, III no consequence or minor, IV hidden event, a near miss.
//
// The ranks are ours and follow the reporting times: I and II are due within
// two hours, as death and severe harm are with us. Level III includes minor
// harm, hence mild.
var China = Scheme{"cha-level", "2016", false, []Level{
	{"I", Death, "scale.cha.i"},
	{"II", Severe, "scale.cha.ii"},
	{"III", Mild, "scale.cha.iii"},
	{"IV", None, "scale.cha.iv"},
}}
