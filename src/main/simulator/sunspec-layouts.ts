/**
 * SunSpec models as a device lays them out: points in order after id and length, so that every offset follows from the
 * sizes before it. One line reads `name type [scale factor | exponent] [rw]`; a scale factor's own line carries the
 * exponent this simulator uses. Kept apart from the table the drivers read with, on purpose.
 * Source: SunSpec Alliance, device information model definitions (github.com/sunspec/models).
 */
export type PointType =
  | 'u16'
  | 's16'
  | 'u32'
  | 'u64'
  | 'acc32'
  | 'acc64'
  | 'f32'
  | 'sf'
  | 'enum16'
  | 'bits16'
  | 'bits32'
  | 'str4'
  | 'str8'
  | 'str16'
  | 'pad'

export interface PointLayout {
  readonly name: string
  readonly type: PointType
  /** Counted from the model's id register. */
  readonly offset: number
  /** value = raw × 10^exponent; the name of the point that holds the exponent. */
  readonly scale: string | null
  /** For type `sf`: the exponent. */
  readonly exponent: number
  readonly writable: boolean
}

export interface ModelLayout {
  readonly id: number
  /** Registers after id and length. */
  readonly length: number
  readonly points: ReadonlyMap<string, PointLayout>
}

export const POINT_WORDS: Readonly<Record<PointType, number>> = {
  u16: 1,
  s16: 1,
  u32: 2,
  u64: 4,
  acc32: 2,
  acc64: 4,
  f32: 2,
  sf: 1,
  enum16: 1,
  bits16: 1,
  bits32: 2,
  str4: 4,
  str8: 8,
  str16: 16,
  pad: 1,
}

const MODELS: Readonly<Record<number, string>> = {
  1: `Mn str16 · Md str16 · Opt str8 · Vr str8 · SN str16 · DA u16`,
  103: `A u16 A_SF · AphA u16 A_SF · AphB u16 A_SF · AphC u16 A_SF · A_SF sf -2
    PPVphAB u16 V_SF · PPVphBC u16 V_SF · PPVphCA u16 V_SF
    PhVphA u16 V_SF · PhVphB u16 V_SF · PhVphC u16 V_SF · V_SF sf -1
    W s16 W_SF · W_SF sf 0 · Hz u16 Hz_SF · Hz_SF sf -2
    VA s16 VA_SF · VA_SF sf 0 · VAr s16 VAr_SF · VAr_SF sf 0 · PF s16 PF_SF · PF_SF sf -2
    WH acc32 WH_SF · WH_SF sf 0 · DCA u16 DCA_SF · DCA_SF sf -2 · DCV u16 DCV_SF · DCV_SF sf -1
    DCW s16 DCW_SF · DCW_SF sf 0
    TmpCab s16 Tmp_SF · TmpSnk s16 Tmp_SF · TmpTrns s16 Tmp_SF · TmpOt s16 Tmp_SF · Tmp_SF sf -1
    St enum16 · StVnd enum16
    Evt1 bits32 · Evt2 bits32 · EvtVnd1 bits32 · EvtVnd2 bits32 · EvtVnd3 bits32 · EvtVnd4 bits32`,
  113: `A f32 · AphA f32 · AphB f32 · AphC f32 · PPVphAB f32 · PPVphBC f32 · PPVphCA f32
    PhVphA f32 · PhVphB f32 · PhVphC f32 · W f32 · Hz f32 · VA f32 · VAr f32 · PF f32 · WH f32
    DCA f32 · DCV f32 · DCW f32 · TmpCab f32 · TmpSnk f32 · TmpTrns f32 · TmpOt f32
    St enum16 · StVnd enum16
    Evt1 bits32 · Evt2 bits32 · EvtVnd1 bits32 · EvtVnd2 bits32 · EvtVnd3 bits32 · EvtVnd4 bits32`,
  120: `DERTyp enum16 · WRtg u16 WRtg_SF · WRtg_SF sf 1 · VARtg u16 VARtg_SF · VARtg_SF sf 1
    VArRtgQ1 s16 VArRtg_SF · VArRtgQ2 s16 VArRtg_SF · VArRtgQ3 s16 VArRtg_SF · VArRtgQ4 s16 VArRtg_SF · VArRtg_SF sf 1
    ARtg u16 ARtg_SF · ARtg_SF sf -2
    PFRtgQ1 s16 PFRtg_SF · PFRtgQ2 s16 PFRtg_SF · PFRtgQ3 s16 PFRtg_SF · PFRtgQ4 s16 PFRtg_SF · PFRtg_SF sf -3
    WHRtg u16 WHRtg_SF · WHRtg_SF sf 0 · AhrRtg u16 AhrRtg_SF · AhrRtg_SF sf 0
    MaxChaRte u16 MaxChaRte_SF · MaxChaRte_SF sf 0 · MaxDisChaRte u16 MaxDisChaRte_SF · MaxDisChaRte_SF sf 0 · Pad pad`,
  121: `WMax u16 WMax_SF rw · VRef u16 VRef_SF rw · VRefOfs s16 VRefOfs_SF rw · VMax u16 VMinMax_SF rw · VMin u16 VMinMax_SF rw
    VAMax u16 VAMax_SF rw · VArMaxQ1 s16 VArMax_SF rw · VArMaxQ2 s16 VArMax_SF rw · VArMaxQ3 s16 VArMax_SF rw
    VArMaxQ4 s16 VArMax_SF rw · WGra u16 WGra_SF rw
    PFMinQ1 s16 PFMin_SF rw · PFMinQ2 s16 PFMin_SF rw · PFMinQ3 s16 PFMin_SF rw · PFMinQ4 s16 PFMin_SF rw
    VArAct enum16 rw · ClcTotVA enum16 rw · MaxRmpRte u16 MaxRmpRte_SF rw · ECPNomHz u16 ECPNomHz_SF rw · ConnPh enum16 rw
    WMax_SF sf 1 · VRef_SF sf 0 · VRefOfs_SF sf 0 · VMinMax_SF sf 0 · VAMax_SF sf 1 · VArMax_SF sf 1 · WGra_SF sf 0
    PFMin_SF sf -3 · MaxRmpRte_SF sf 0 · ECPNomHz_SF sf -2`,
  122: `PVConn bits16 · StorConn bits16 · ECPConn bits16
    ActWh acc64 · ActVAh acc64 · ActVArhQ1 acc64 · ActVArhQ2 acc64 · ActVArhQ3 acc64 · ActVArhQ4 acc64
    VArAval s16 VArAval_SF · VArAval_SF sf 0 · WAval u16 WAval_SF · WAval_SF sf 0
    StSetLimMsk bits32 · StActCtl bits32 · TmSrc str4 · Tms u32 · RtSt bits16 · Ris u16 Ris_SF · Ris_SF sf 0`,
  123: `Conn_WinTms u16 rw · Conn_RvrtTms u16 rw · Conn enum16 rw
    WMaxLimPct u16 WMaxLimPct_SF rw · WMaxLimPct_WinTms u16 rw · WMaxLimPct_RvrtTms u16 rw · WMaxLimPct_RmpTms u16 rw
    WMaxLim_Ena enum16 rw
    OutPFSet s16 OutPFSet_SF rw · OutPFSet_WinTms u16 rw · OutPFSet_RvrtTms u16 rw · OutPFSet_RmpTms u16 rw
    OutPFSet_Ena enum16 rw
    VArWMaxPct s16 VArPct_SF rw · VArMaxPct s16 VArPct_SF rw · VArAvalPct s16 VArPct_SF rw
    VArPct_WinTms u16 rw · VArPct_RvrtTms u16 rw · VArPct_RmpTms u16 rw · VArPct_Mod enum16 rw · VArPct_Ena enum16 rw
    WMaxLimPct_SF sf -2 · OutPFSet_SF sf -3 · VArPct_SF sf 0`,
  124: `WChaMax u16 WChaMax_SF rw · WChaGra u16 WChaDisChaGra_SF rw · WDisChaGra u16 WChaDisChaGra_SF rw
    StorCtl_Mod bits16 rw · VAChaMax u16 VAChaMax_SF rw · MinRsvPct u16 MinRsvPct_SF rw
    ChaState u16 ChaState_SF · StorAval u16 StorAval_SF · InBatV u16 InBatV_SF · ChaSt enum16
    OutWRte s16 InOutWRte_SF rw · InWRte s16 InOutWRte_SF rw
    InOutWRte_WinTms u16 rw · InOutWRte_RvrtTms u16 rw · InOutWRte_RmpTms u16 rw · ChaGriSet enum16 rw
    WChaMax_SF sf 0 · WChaDisChaGra_SF sf 0 · VAChaMax_SF sf 0 · MinRsvPct_SF sf -2 · ChaState_SF sf -2
    StorAval_SF sf 0 · InBatV_SF sf -2 · InOutWRte_SF sf -2`,
  160: `DCA_SF sf -2 · DCV_SF sf -1 · DCW_SF sf 0 · DCWH_SF sf 0 · Evt bits32 · N u16 · TmsPer u16`,
  203: `A s16 A_SF · AphA s16 A_SF · AphB s16 A_SF · AphC s16 A_SF · A_SF sf -2
    PhV s16 V_SF · PhVphA s16 V_SF · PhVphB s16 V_SF · PhVphC s16 V_SF
    PPV s16 V_SF · PhVphAB s16 V_SF · PhVphBC s16 V_SF · PhVphCA s16 V_SF · V_SF sf -1
    Hz s16 Hz_SF · Hz_SF sf -2
    W s16 W_SF · WphA s16 W_SF · WphB s16 W_SF · WphC s16 W_SF · W_SF sf 0
    VA s16 VA_SF · VAphA s16 VA_SF · VAphB s16 VA_SF · VAphC s16 VA_SF · VA_SF sf 0
    VAR s16 VAR_SF · VARphA s16 VAR_SF · VARphB s16 VAR_SF · VARphC s16 VAR_SF · VAR_SF sf 0
    PF s16 PF_SF · PFphA s16 PF_SF · PFphB s16 PF_SF · PFphC s16 PF_SF · PF_SF sf -3
    TotWhExp acc32 TotWh_SF · TotWhExpPhA acc32 TotWh_SF · TotWhExpPhB acc32 TotWh_SF · TotWhExpPhC acc32 TotWh_SF
    TotWhImp acc32 TotWh_SF · TotWhImpPhA acc32 TotWh_SF · TotWhImpPhB acc32 TotWh_SF · TotWhImpPhC acc32 TotWh_SF
    TotWh_SF sf 0
    TotVAhExp acc32 TotVAh_SF · TotVAhExpPhA acc32 TotVAh_SF · TotVAhExpPhB acc32 TotVAh_SF · TotVAhExpPhC acc32 TotVAh_SF
    TotVAhImp acc32 TotVAh_SF · TotVAhImpPhA acc32 TotVAh_SF · TotVAhImpPhB acc32 TotVAh_SF · TotVAhImpPhC acc32 TotVAh_SF
    TotVAh_SF sf 0
    TotVArhImpQ1 acc32 TotVArh_SF · TotVArhImpQ1PhA acc32 TotVArh_SF · TotVArhImpQ1PhB acc32 TotVArh_SF
    TotVArhImpQ1PhC acc32 TotVArh_SF · TotVArhImpQ2 acc32 TotVArh_SF · TotVArhImpQ2PhA acc32 TotVArh_SF
    TotVArhImpQ2PhB acc32 TotVArh_SF · TotVArhImpQ2PhC acc32 TotVArh_SF · TotVArhExpQ3 acc32 TotVArh_SF
    TotVArhExpQ3PhA acc32 TotVArh_SF · TotVArhExpQ3PhB acc32 TotVArh_SF · TotVArhExpQ3PhC acc32 TotVArh_SF
    TotVArhExpQ4 acc32 TotVArh_SF · TotVArhExpQ4PhA acc32 TotVArh_SF · TotVArhExpQ4PhB acc32 TotVArh_SF
    TotVArhExpQ4PhC acc32 TotVArh_SF · TotVArh_SF sf 0 · Evt bits32`,
  213: `A f32 · AphA f32 · AphB f32 · AphC f32 · PhV f32 · PhVphA f32 · PhVphB f32 · PhVphC f32
    PPV f32 · PPVphAB f32 · PPVphBC f32 · PPVphCA f32 · Hz f32 · W f32 · WphA f32 · WphB f32 · WphC f32
    VA f32 · VAphA f32 · VAphB f32 · VAphC f32 · VAR f32 · VARphA f32 · VARphB f32 · VARphC f32
    PF f32 · PFphA f32 · PFphB f32 · PFphC f32
    TotWhExp f32 · TotWhExpPhA f32 · TotWhExpPhB f32 · TotWhExpPhC f32
    TotWhImp f32 · TotWhImpPhA f32 · TotWhImpPhB f32 · TotWhImpPhC f32
    TotVAhExp f32 · TotVAhExpPhA f32 · TotVAhExpPhB f32 · TotVAhExpPhC f32
    TotVAhImp f32 · TotVAhImpPhA f32 · TotVAhImpPhB f32 · TotVAhImpPhC f32
    TotVArhImpQ1 f32 · TotVArhImpQ1phA f32 · TotVArhImpQ1phB f32 · TotVArhImpQ1phC f32
    TotVArhImpQ2 f32 · TotVArhImpQ2phA f32 · TotVArhImpQ2phB f32 · TotVArhImpQ2phC f32
    TotVArhExpQ3 f32 · TotVArhExpQ3phA f32 · TotVArhExpQ3phB f32 · TotVArhExpQ3phC f32
    TotVArhExpQ4 f32 · TotVArhExpQ4phA f32 · TotVArhExpQ4phB f32 · TotVArhExpQ4phC f32 · Evt bits32`,
}

/** One of model 160's repeating modules; its points are called `1.DCW`, `2.DCW`, … */
const MPPT_MODULE = `ID u16 · IDStr str8 · DCA u16 DCA_SF · DCV u16 DCV_SF · DCW u16 DCW_SF · DCWH acc32 DCWH_SF
  Tms u32 · Tmp s16 · DCSt enum16 · DCEvt bits32`

/** Single and split phase, three-wire and delta share the layout of their three-phase sibling. */
const SAME_AS: Readonly<Record<number, number>> = {
  101: 103,
  102: 103,
  111: 113,
  112: 113,
  201: 203,
  202: 203,
  204: 203,
  211: 213,
  212: 213,
  214: 213,
}

export const SUNSPEC_MODELS: readonly number[] = [...Object.keys(MODELS), ...Object.keys(SAME_AS)].map(Number)

/** The layout of a model; `modules` says how often model 160 repeats its module, `padded` whether model 1 ends in a pad (66) or not (65). */
export function modelLayout(id: number, { modules = 0, padded = false } = {}): ModelLayout {
  const text = MODELS[SAME_AS[id] ?? id]
  if (text === undefined) throw new RangeError(`this simulator has no SunSpec model ${id}`)
  const repeated = Array.from({ length: id === 160 ? modules : 0 }, (_, index) =>
    MPPT_MODULE.replaceAll(/(^|· |\n\s*)(\w+)/g, `$1${index + 1}.$2`),
  )
  return lay(id, [text, ...repeated, ...(id === 1 && padded ? ['Pad pad'] : [])].join(' · '))
}

function lay(id: number, text: string): ModelLayout {
  const points = new Map<string, PointLayout>()
  let offset = 2
  for (const line of text.split(/ · |\n\s*/)) {
    const [name = '', type = '', ...rest] = line.trim().split(' ')
    const pointType = type as PointType
    const scale = rest.find((word) => word !== 'rw') ?? null
    points.set(name, {
      name,
      type: pointType,
      offset,
      scale: pointType === 'sf' ? null : scale,
      exponent: pointType === 'sf' ? Number(scale) : 0,
      writable: rest.includes('rw'),
    })
    offset += POINT_WORDS[pointType]
  }
  return { id, length: offset - 2, points }
}
