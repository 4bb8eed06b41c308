using Pile.Builders.Sources.LightCurve;
using Pile.Format;

namespace Pile.Builders.Sources.Snana;

/// <summary>The columns of one file's measurements that are read.</summary>
/// <param name="Time">The times, MJD.</param>
/// <param name="Flux">The fluxes.</param>
/// <param name="FluxErr">The standard errors of the fluxes.</param>
/// <param name="Quality">The flags; null without flags.</param>
/// <param name="Band">The bands.</param>
internal sealed record ObservationColumns(string Time, string Flux, string FluxErr, string? Quality, string Band)
{
    private static readonly string[] BandNames = ["FLT", "BAND"];

    /// <summary>The names of the columns.</summary>
    internal IEnumerable<string> Names => ((string?[])[Time, Flux, FluxErr, Quality, Band]).OfType<string>();

    /// <summary>Finds the columns by the recipe, otherwise by SNANA's names.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="names">The columns of the file.</param>
    /// <param name="recipe">The recipe's source.</param>
    /// <exception cref="SchemaMismatchException">There is no such column.</exception>
    internal static ObservationColumns Find(string path, IReadOnlyList<string> names, SnanaRecipe recipe)
    {
        return new(Required(recipe.Time.Column, "time"), Required(recipe.Flux, "flux"), Required(recipe.FluxErr, "flux_err"),
            recipe.Quality is { } quality ? Required(quality, "quality") : names.Contains("PHOTFLAG") ? "PHOTFLAG" : null,
            Array.Find(BandNames, names.Contains) ?? Required(BandNames[0], "band"));

        string Required(string name, string key) => names.Contains(name) ? name
            : recipe.Given.Contains(key) && key is not ("time" or "band")
                ? throw SchemaMismatchException.Unknown(path, name, names, $"Correct '{key}' in the recipe's source")
            : throw new SchemaMismatchException(path, name,
                $"there is no such column of measurements; the columns are {string.Join(", ", names)}",
                key is "time" or "band" ? "Leave out this file, or get it again" : $"Set '{key}' in the recipe's source");
    }

    /// <summary>Returns the recipe of the column of bands.</summary>
    internal BandColumnRecipe BandRecipe(SnanaRecipe recipe) => new(Band, null, recipe.BandNames);
}
