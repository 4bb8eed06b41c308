using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Builders.Sources.Stac;

/// <summary>The bands of a scene with one grid and one dtype, which are one column of chips.</summary>
/// <param name="Prefix">The start of the names of its columns, such as <c>chip</c> or <c>chip_20m</c>.</param>
/// <param name="Bands">The bands.</param>
/// <param name="Factor">How many pixels of the finest grid are as wide as one of the column.</param>
/// <param name="DeclaresResampling">True if a column says how each band was brought to this grid.</param>
internal sealed record ChipGroup(string Prefix, ImmutableArray<ChipBand> Bands, int Factor, bool DeclaresResampling)
{
    /// <summary>Divides the bands of a scene into columns.</summary>
    /// <param name="bands">The bands.</param>
    /// <param name="declaresResampling">True if the recipe resamples bands.</param>
    /// <param name="unitIsMetre">True if the widths of pixels can be stated in metres.</param>
    internal static ImmutableArray<ChipGroup> Of(ImmutableArray<ChipBand> bands, bool declaresResampling, bool unitIsMetre)
    {
        ChipBand first = bands.First(b => b is { Factor: 1, Resampled: null });
        return
        [
            .. bands.GroupBy(b => (Factor: b.Resampled is not null ? 1 : b.Factor, b.DType))
                .OrderBy(g => g.Key.Factor).ThenBy(g => g.Key.DType == first.DType ? 0 : 1).ThenBy(g => g.Key.DType)
                .Select(g => new ChipGroup(PrefixOf(g.Key.Factor, g.Key.DType), [.. g], g.Key.Factor, declaresResampling)),
        ];

        string PrefixOf(int factor, DType dtype)
        {
            double widthM = factor * Math.Sqrt(Math.Abs(first.Transform.Determinant));
            string grid = factor == 1 ? "" : unitIsMetre ? $"_{Math.Round(widthM)}m" : $"_x{factor}";
            return $"chip{grid}{(dtype == first.DType ? "" : $"_{dtype.Name()}")}";
        }
    }
}
