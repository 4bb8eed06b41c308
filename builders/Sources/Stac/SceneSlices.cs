using System.Collections.Immutable;
using Pile.Rasters;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>A scene, or one time slice of a scene whose files have several.</summary>
/// <param name="Scene">The scene, with the time of the slice.</param>
/// <param name="IdPrefix">The start of the ids of its chips.</param>
/// <param name="Bands">The bands of the slice.</param>
/// <param name="Number">The number of the slice, from 0; null for a whole scene.</param>
internal sealed record SceneSlice(Scene Scene, string IdPrefix, ImmutableArray<ChipBand> Bands, int? Number);

/// <summary>Divides scenes into the time slices of their files.</summary>
internal static class SceneSlices
{
    // Files may label a period by its first or last midnight, and documents a day by noon.
    private const double LabelDays = 1.0;

    /// <summary>Returns the slices of a scene in the order of the file; the scene itself if its files have none, or one, whose time it
    /// then has.</summary>
    /// <exception cref="SceneInvalidException">The files have different slices, two slices have one time, or a file with one has a
    /// time that contradicts the document.</exception>
    internal static IEnumerable<SceneSlice> Of(Scene scene, ImmutableArray<ChipBand> bands)
    {
        if (bands.FirstOrDefault(band => !band.Slices.IsEmpty) is not { } first)
            return [new SceneSlice(OnlyTimeOf(scene, bands) is { } only ? scene with { Time = TimeOf(only) } : scene, scene.Id, bands,
                null)];
        if (bands.FirstOrDefault(band => !band.Slices.IsEmpty && !band.Slices.SequenceEqual(first.Slices)) is { } other)
            throw Invalid(scene, other.Asset, $"its time slices are not those of '{first.Asset.Key}'",
                "Name bands with the same times ('bands'), or make a dataset for each");
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach ((double startMjd, _) in first.Slices)
            if (!names.Add(CfTime.Text(startMjd)))
                throw Invalid(scene, first.Asset, $"two of its time slices have the time {CfTime.Text(startMjd)}", "Correct the file");
        return first.Slices.Select((slice, number) => new SceneSlice(scene with { Time = TimeOf(slice) },
            $"{scene.Id}_{Compact(slice.StartMjd)}", [.. bands.Select(band => band.Slices.IsEmpty ? band
                : band with { Number = number })], number));
    }

    /// <summary>Returns the slices of a file from which the document chooses none.</summary>
    /// <returns>Empty if the file has no times, or one, or the document names a band.</returns>
    /// <exception cref="SceneInvalidException">The file has several bands without times, and the document names none.</exception>
    internal static ImmutableArray<(double StartMjd, double EndMjd)> TimesOf(Scene scene, SceneAsset asset, RasterLayout layout)
    {
        if (layout.Bands.Count is 1 || asset.Bands.Length > 1 || asset.Bands.Any(band => band.FileBand > 0))
            return [];
        return layout.Bands[0].Time is null ? throw Invalid(scene, asset, $"its variable '{layout.Layer}' has {layout.Bands.Count} bands",
            scene.Format is SceneFormat.Stac ? "List all of them in the 'bands' of the asset, or divide the file"
                : "Name one in the document ('band'), or divide the file") : [.. layout.Bands.Select(band => band.Time!.Value)];
    }

    // The time of files with one slice each, unless they differ or the document names the slice. An instant within the interval of the
    // document says less than it, as the first day of a month does.
    private static (double StartMjd, double EndMjd)? OnlyTimeOf(Scene scene, ImmutableArray<ChipBand> bands)
    {
        (double StartMjd, double EndMjd) stated = (scene.Time.StartMjd, scene.Time.EndMjd);
        HashSet<(double StartMjd, double EndMjd)> found = [];
        foreach (ChipBand band in bands)
            if (AssetLayers.IsHdf(band.Asset) && !band.Asset.Bands.Any(b => b.FileBand > 0)
                && band.Layout?.Bands is [{ Time: { } time }] && found.Add(time)
                && !(time.StartMjd <= stated.EndMjd + LabelDays && time.EndMjd >= stated.StartMjd - LabelDays))
                throw Invalid(scene, band.Asset, $"its file has the time {TextOf(time)}, but the document has {TextOf(stated)}",
                    "Correct the document or the file");
        bool isInterval = scene.Time.Start is not null && stated.EndMjd > stated.StartMjd;
        return found.Count is 1 && found.Single() is var only && (only.EndMjd > only.StartMjd || !isInterval) ? only : null;
    }

    private static string TextOf((double StartMjd, double EndMjd) time) => time.StartMjd == time.EndMjd ? CfTime.Text(time.StartMjd)
        : $"{CfTime.Text(time.StartMjd)} to {CfTime.Text(time.EndMjd)}";

    private static SceneTime TimeOf((double StartMjd, double EndMjd) slice)
    {
        string start = CfTime.Text(slice.StartMjd), end = CfTime.Text(slice.EndMjd);
        return slice.StartMjd == slice.EndMjd ? new SceneTime(start, null, null, slice.StartMjd, slice.EndMjd)
            : new SceneTime(null, start, end, slice.StartMjd, slice.EndMjd);
    }

    private static string Compact(double mjd) => string.Concat(CfTime.Text(mjd).Where(c => c is not ('-' or ':' or 'Z')));

    private static SceneInvalidException Invalid(Scene scene, SceneAsset asset, string finding, string remedy) =>
        new(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id, $"assets.{asset.Key}", finding, remedy);
}
