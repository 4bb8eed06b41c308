using System.Collections.Immutable;

namespace Pile.Format;

/// <summary>The attributes that describe a column in a shard (S4.7), for the writer and for the validator.</summary>
internal static class ColumnAttributes
{
    /// <summary>Returns all attributes, in the order in which they are written.</summary>
    internal static ImmutableArray<ShardAttribute> Of(ColumnSchema column)
    {
        ImmutableArray<BandSchema> bands = column.Bands;
        ImmutableArray<CategorySchema> categories = column.Categories;
        return
        [
            new("role", column.Role == ColumnRole.Standard ? "standard" : "native"),
            new("unit", column.Unit),
            new("ucd", column.Ucd),
            new("description", column.Description),
            new("mask", column.MaskPolarity switch
            {
                MaskPolarity.TrueIsGood => "true_is_good",
                MaskPolarity.TrueIsBad => "true_is_bad",
                MaskPolarity.ZeroIsGood => "zero_is_good",
                _ => null,
            }),
            new("mask_bits", column.MaskBits),
            new("encoding", column.Encoding),
            new("nested", column.Nested),
            new("time_scale", column.Time?.Scale),
            new("time_reference", column.Time?.Reference),
            new("spectral_medium", column.SpectralMedium),
            new("band_name", bands.IsEmpty ? null : bands.Select(b => b.Name).ToArray()),
            new("band_unit", OfAll(bands, b => b.Unit)),
            new("band_wavelength_angstrom", OfAll(bands, b => b.WavelengthAngstrom)),
            new("band_zero_point_mag", OfAll(bands, b => b.ZeroPointMag)),
            new("band_mask_bits", OfAll(bands, b => b.MaskBits)),
            new("category_code", categories.IsEmpty ? null : categories.Select(c => c.Code).ToArray()),
            new("category_name", categories.IsEmpty ? null : categories.Select(c => c.Name).ToArray()),
            new("sentinels", column.Sentinels.IsEmpty ? null : column.Sentinels.ToArray()),
            new("time_zero_mjd", column.Time?.ZeroMjd),
        ];
    }

    // Only facts that all bands have.
    private static string[]? OfAll(ImmutableArray<BandSchema> bands, Func<BandSchema, string?> fact) =>
        bands.IsEmpty || bands.Any(b => fact(b) is null) ? null : [.. bands.Select(b => fact(b)!)];

    private static double[]? OfAll(ImmutableArray<BandSchema> bands, Func<BandSchema, double?> fact) =>
        bands.IsEmpty || bands.Any(b => fact(b) is null) ? null : [.. bands.Select(b => fact(b)!.Value)];
}
