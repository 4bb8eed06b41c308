using System.Globalization;
using Pile.Writing;

namespace Pile.Builders;

/// <summary>The epoch of the positions in an appending build: that of a build of all files.</summary>
/// <param name="EpochYear">The Julian year; null if it is unknown.</param>
/// <param name="ReadsAll">True if the files of the earlier version must be read again, because another file is the first now.</param>
internal sealed record AppendedEpoch(double? EpochYear, bool ReadsAll = false)
{
    /// <summary>Decides the epoch, and reports it if that of the earlier rows changes.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="builder">Its builder.</param>
    /// <param name="earlier">The earlier version.</param>
    /// <param name="onMessage">Receives messages for the user.</param>
    /// <param name="cancellationToken">Cancels the listing of the units.</param>
    /// <exception cref="ArgumentException">The earlier rows have an epoch that no file of the build states.</exception>
    internal static async Task<AppendedEpoch> OfAsync(Recipe recipe, IDatasetBuilder builder, EarlierVersion earlier,
        Action<string>? onMessage, CancellationToken cancellationToken)
    {
        double? before = earlier.Manifest.EpochYear, now = recipe.EpochYear ?? builder.Facts.EpochYear;
        if (before == now)
            return new(now);
        if (recipe.EpochYear is not null || builder is not IEpochBuilder files)
        {
            onMessage?.Invoke($"the positions are for {TextOf(now)} now; those of '{earlier.Address}' are for {TextOf(before)}, and are "
                + "not moved");
            return new(now);
        }
        if (earlier.Sources.Count > 0 && !earlier.Sources.Keys.Any(files.MayStateEpoch))
        {
            if (before is not null) // stated by the earlier recipe; the builder reports files that state another epoch, or none
                return new(before);
            onMessage?.Invoke($"'{earlier.Address}': its positions are for {TextOf(before)}, those of the first file that states one for "
                + $"{TextOf(now)}, and are not moved. Set 'options.epoch_year' in the recipe.");
            return new(now);
        }
        List<SourceUnit> units = await BuildRun.PlanAsync(builder, recipe.Source.Kind, new BuildContext(), cancellationToken)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        if (AppendedUnits.MissingSource(units, earlier, recipe.Source) is not null)
            return new(before); // the earlier files are the first
        if (now is null)
            throw new ArgumentException($"The positions of '{earlier.Address}' are for {TextOf(before)}, but the first file of the recipe "
                + $"'{recipe.Name}' that may state an epoch has none. Set the epoch of all positions with 'options.epoch_year' in the "
                + "recipe, or build all source files without the earlier version.");
        onMessage?.Invoke($"The positions of '{earlier.Address}' are for {TextOf(before)}, those of the first file for {TextOf(now)}; the "
            + "source files of the earlier version are read too");
        return new(now, ReadsAll: true);
    }

    /// <summary>Returns an epoch as a part of a message.</summary>
    internal static string TextOf(double? year) =>
        year is { } known ? string.Create(CultureInfo.InvariantCulture, $"epoch {known}") : "an unknown epoch";
}
