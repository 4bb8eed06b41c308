using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The unit of the pixels of a frame.</summary>
internal static class PixelUnit
{
    /// <summary>Finds the factor that converts pixels to the unit of the recipe.</summary>
    /// <param name="band">The units of the recipe.</param>
    /// <param name="frame">The frame, with its BUNIT.</param>
    /// <param name="factor">The factor; 1 if there is nothing to convert.</param>
    /// <returns>False if the unit of the recipe replaces that of the file, which is missing, unknown or of another quantity.</returns>
    /// <exception cref="SchemaMismatchException">The recipe has both units, and they differ in quantity.</exception>
    internal static bool TryConvert(BandRecipe band, Frame frame, out double factor)
    {
        factor = 1;
        string? from = band.FileUnit ?? frame.Unit;
        if (band.Unit is not { } to)
            return true;
        if (!string.IsNullOrWhiteSpace(from) && UnitFactors.TryConvert(from, to, 1, out factor))
            return true;
        factor = 1;
        return band.FileUnit is null ? false
            : throw new SchemaMismatchException(frame.Path, null,
                $"HDU {frame.Header.Hdu}: '{band.FileUnit}' cannot be converted to '{to}'{Suggestion(band.FileUnit, to)}",
                "Correct 'unit' or 'file_unit' of the band");
    }

    /// <summary>Returns true if two frames have one unit, however it is written, or if neither has one.</summary>
    internal static bool AreEqual(string? a, string? b) =>
        a == b || (a is not null && b is not null && UnitFactors.TryConvert(a, b, 1, out double factor) && factor == 1);

    /// <summary>Returns notes about frames whose pixels the unit of the recipe describes without a conversion.</summary>
    /// <param name="band">The units of the recipe.</param>
    /// <param name="frames">The frames, with their BUNIT.</param>
    /// <exception cref="SchemaMismatchException">The recipe's unit would replace that of some frames and convert others.</exception>
    internal static IEnumerable<string> Notes(BandRecipe band, IEnumerable<(string Path, string? Unit)> frames)
    {
        if (band.Unit is not { } to || band.FileUnit is not null)
            yield break;
        string ofBand = band.Name.Length > 0 ? $" of band '{band.Name}'" : "";
        (string? Unit, string Path, int Count)[] units =
            [.. frames.GroupBy(f => string.IsNullOrWhiteSpace(f.Unit) ? null : f.Unit).Select(g => (g.Key, g.First().Path, g.Count()))];
        Dictionary<string, double> factors = [];
        foreach (string unit in units.Select(u => u.Unit).OfType<string>())
            if (UnitFactors.TryConvert(unit, to, 1, out double factor))
                factors[unit] = factor;
        foreach ((string? unit, string path, int count) in units)
        {
            string files = count == 1 ? path : $"{path} and {count - 1} more";
            if (unit is null)
            {
                if (factors.Values.Any(factor => factor != 1))
                    yield return $"{files}: without BUNIT, the values are taken to be in '{to}', the 'unit'{ofBand}; those of other files "
                        + "are converted to it";
            }
            else if (!factors.ContainsKey(unit))
            {
                string finding = $"BUNIT is '{unit}', which cannot be converted to '{to}', the 'unit'{ofBand}";
                if (Array.Find(units, u => u.Unit is not null && factors.ContainsKey(u.Unit)) is { Unit: { } other, Path: var converted })
                    throw new SchemaMismatchException(path, null, $"{finding}, but '{other}' in {converted} can",
                        "Leave out the files of one unit, or correct BUNIT");
                yield return $"{files}: {finding}: it replaces BUNIT, and the values are not converted"
                    + Suggestion(unit, to);
            }
        }
    }

    private static string Suggestion(string unit, string to) =>
        UnitReading.Suggestion(unit, "file_unit", reading => UnitFactors.TryConvert(reading, to, 1, out _));
}
