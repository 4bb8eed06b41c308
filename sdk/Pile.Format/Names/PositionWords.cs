namespace Pile.Format;

/// <summary>The names and UCDs that catalogues use for the columns of one quantity.</summary>
/// <param name="Quantity">The quantity, for messages.</param>
/// <param name="MainUcds">UCDs of the main column of the quantity: UCD1+ with meta.main, and UCD1.</param>
/// <param name="Names">The usual names in any case, best first.</param>
/// <param name="Ucds">UCDs that are used if neither a main UCD nor a name matches.</param>
internal sealed record PositionWords(string Quantity, string[] MainUcds, string[] Names, string[] Ucds)
{
    internal static readonly PositionWords Ra = new("right ascension", ["pos.eq.ra;meta.main", "POS_EQ_RA_MAIN"],
        ["ra", "RAJ2000", "RA_ICRS", "_RAJ2000", "_RA_icrs", "ra_deg", "radeg", "ra_mean", "ra_j2000", "RA_2000", "_RA.icrs",
            "alpha_j2000", "TARGET_RA", "PLUG_RA", "OBJRA", "s_ra", "right_ascension", "RightAscension",
            "Right Ascension", "R.A.", "alpha", "meanra", "ramean", "RA_OBJ", "coord_ra", "_RA"], ["pos.eq.ra", "POS_EQ_RA"]);

    internal static readonly PositionWords Dec = new("declination", ["pos.eq.dec;meta.main", "POS_EQ_DEC_MAIN"],
        ["dec", "DEJ2000", "DE_ICRS", "_DEJ2000", "_DE_icrs", "dec_icrs", "decj2000", "dec_deg", "decdeg", "DEdeg", "dec_mean", "dec_j2000",
            "DEC_2000", "DE_2000", "_DE.icrs", "delta_j2000", "TARGET_DEC", "PLUG_DEC", "decl", "OBJDEC", "s_dec", "declination", "Dec.",
            "delta", "meandec", "decmean", "DEC_OBJ", "coord_dec", "_DE", "de"], ["pos.eq.dec", "POS_EQ_DEC"]);

    internal static readonly PositionWords Id = new("id", [],
        ["object_id", "observation_id", "source_id", "TARGETID", "objid", "obj_id", "SPECOBJID", "id", "sourceid", "source_name",
            "designation", "name", "main_id", "identifier", "ID_MAIN"],
        ["meta.id;meta.main", "ID_MAIN", "meta.record;meta.main"]);

    internal static readonly PositionWords PmRa = new("proper motion in ra", ["pos.pm;pos.eq.ra", "POS_EQ_PMRA"],
        ["pmra", "pm_ra", "pm_ra_cosdec", "pmra_cosdec", "pmracosdec", "pm_ra_mas", "pmRAc"], []);

    internal static readonly PositionWords PmDec = new("proper motion in dec", ["pos.pm;pos.eq.dec", "POS_EQ_PMDEC"],
        ["pmdec", "pm_dec", "pmDE", "pm_dec_mas"], []);

    internal static readonly PositionWords RefEpoch = new("epoch", ["meta.ref;time.epoch"],
        ["ref_epoch", "refepoch", "gaia_ref_epoch"], []);

    // Tycho has separate epochs, because right ascensions and declinations were measured at different times. EpRAm and EpDEm of Tycho-2
    // (Høg et al. 2000), and EpRA and EpDE of UCAC4 and PPMXL, are other ones: their positions are those of J2000, and these are the mean
    // epochs of the observations, at which the errors are smallest.
    internal static readonly PositionWords EpochRa = new("epoch of ra", [], ["ep_ra", "epoch_ra"], []);

    internal static readonly PositionWords EpochDec = new("epoch of dec", [], ["ep_dec", "epoch_dec"], []);

    internal static readonly PositionWords RaError = new("error in ra", ["stat.error;pos.eq.ra", "stat.error;pos.eq.ra;meta.main"],
        ["ra_error", "ra_err", "e_ra", "e_RA_ICRS", "e_RAJ2000", "sigma_ra", "ra_mean_error", "raerr"], []);

    internal static readonly PositionWords DecError = new("error in dec", ["stat.error;pos.eq.dec", "stat.error;pos.eq.dec;meta.main"],
        ["dec_error", "dec_err", "e_dec", "e_DE", "e_DE_ICRS", "e_DEJ2000", "sigma_dec", "dec_mean_error", "decerr"], []);
}
