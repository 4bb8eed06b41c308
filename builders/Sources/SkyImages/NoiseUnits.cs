using System.Text.RegularExpressions;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Where noise is stored, and its unit.</summary>
/// <param name="Path">The file.</param>
/// <param name="Place">The HDU or the column, for messages.</param>
/// <param name="Kind">The quantity that the noise is.</param>
/// <param name="Unit">The unit that the recipe or, without it, the file declares; null or empty without one.</param>
internal sealed record NoisePlace(string Path, string Place, NoiseKind Kind, string? Unit);

/// <summary>Finds the factor that converts stored noise to the unit of the flux, if the noise has a unit of its own.</summary>
internal static partial class NoiseUnits
{
    /// <summary>Returns the factor that stored noise is multiplied by; 1 if the noise or the flux has no unit.</summary>
    /// <param name="noise">The noise.</param>
    /// <param name="fileUnit">The unit of the flux in its file; null or empty without one.</param>
    /// <param name="recipeUnit">The unit that the recipe declares for the flux; null without one.</param>
    /// <param name="scale">The factor that converts stored flux to <paramref name="recipeUnit"/>.</param>
    /// <exception cref="SchemaMismatchException">The unit is not supported, or is not that of the noise of such flux.</exception>
    internal static double Factor(NoisePlace noise, string? fileUnit, string? recipeUnit = null, double scale = 1)
    {
        bool hasFileUnit = !string.IsNullOrWhiteSpace(fileUnit), hasRecipeUnit = !string.IsNullOrWhiteSpace(recipeUnit);
        if (string.IsNullOrWhiteSpace(noise.Unit) || !(hasFileUnit || hasRecipeUnit))
            return 1;
        // A recipe that corrects the unit of the flux also corrects that of noise with the same unit.
        double factor = double.NaN;
        bool isOfFileUnit = hasFileUnit && TryConvert(noise.Unit, fileUnit!, noise.Kind, out factor);
        if (isOfFileUnit && (factor == 1 || !hasRecipeUnit))
            return factor;
        if (hasRecipeUnit && TryConvert(noise.Unit, recipeUnit!, noise.Kind, out double toRecipeUnit))
            return toRecipeUnit * Math.Pow(scale, -Power(noise.Kind));
        return isOfFileUnit ? factor : IsCopied(noise, fileUnit) ? 1 : throw Unlike(noise, hasRecipeUnit ? recipeUnit! : fileUnit!);
    }

    /// <summary>Finds the factor that converts stored noise to the unit of the flux. Returns false if a unit is unknown, or is one of
    /// another quantity.</summary>
    internal static bool TryConvert(string noise, string flux, NoiseKind kind, out double factor) =>
        UnitFactors.TryConvert(WithoutWords(noise), WithoutWords(flux), Power(kind), out factor);

    // Headers are copied from the values to their inverse variance. Of other noise, the kind may be wrong instead.
    private static bool IsCopied(NoisePlace noise, string? fileUnit) => noise.Kind is NoiseKind.Ivar && !string.IsNullOrWhiteSpace(fileUnit)
        && UnitFactors.TryConvert(WithoutWords(noise.Unit!), WithoutWords(fileUnit), 1, out double factor) && factor == 1;

    /// <summary>Returns the power of the unit of the values that noise has.</summary>
    internal static int Power(NoiseKind kind) => kind switch
    {
        NoiseKind.Ivar => -2,
        NoiseKind.Variance => 2,
        _ => 1,
    };

    private static SchemaMismatchException Unlike(NoisePlace noise, string flux) => new(noise.Path, null,
        $"{noise.Place}: the noise has the unit '{noise.Unit}', which cannot be converted to that of {noise.Kind switch
        {
            NoiseKind.Ivar => "an inverse variance",
            NoiseKind.Variance => "a variance",
            _ => "a standard deviation",
        }} of values in '{flux}'",
        "Correct 'kind' of 'ivar' in the recipe's source, or set its 'unit' if the file has a wrong one");

    private static string WithoutWords(string unit) =>
        Words().Match(unit) is { Success: true } match ? match.Groups["unit"].Value.Trim() : unit;

    // SDSS writes 'Flux (10^-17 erg/s/cm^2/Ang)' and 'Flux Error (10^-17 erg/s/cm^2/Ang)'.
    [GeneratedRegex(@"^\s*(?:flux\s+|inverse\s+)?(?:flux|err|errors?|uncertainty|sigma|var|variance|ivar)\s*\((?<unit>.+)\)\s*$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Words();
}
