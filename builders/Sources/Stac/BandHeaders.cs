using Pile.Format;
using Pile.Stac;
using Pile.Storage;

namespace Pile.Builders.Sources.Stac;

/// <summary>Reads the headers of the rasters of scenes. A file that cannot be read is a fault of the document that names it.</summary>
/// <param name="places">The files.</param>
internal sealed class BandHeaders(RasterPlaces places)
{
    /// <summary>The elements of rasters that are read.</summary>
    internal static readonly Dictionary<string, DType> DTypes = Enum.GetValues<DType>()
        .Where(type => type is not (DType.Bool or DType.Int64 or DType.UInt64 or DType.String))
        .ToDictionary(type => type.Name(), type => type, StringComparer.Ordinal);

    /// <summary>Opens the file of an asset, and reads its header: once, unless it is not kept.</summary>
    /// <param name="scene">The document.</param>
    /// <param name="asset">The asset.</param>
    /// <param name="address">The file.</param>
    /// <param name="reason">Why it is read, as a sentence; empty if the recipe says so.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <param name="isKept">False if the header is not needed again.</param>
    /// <exception cref="SceneInvalidException">The file cannot be read.</exception>
    internal async Task<RasterFile> OpenAsync(Scene scene, SceneAsset asset, string address, string reason,
        CancellationToken cancellationToken, bool isKept = true)
    {
        try
        {
            return await places.OpenAsync(address, asset.Layer, cancellationToken, isKept).ConfigureAwait(false);
        }
        catch (PileException e) when (e is SourceUnreadableException or StoreException)
        {
            throw new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id,
                scene.Format is SceneFormat.Stac ? $"assets.{asset.Key}" : $"measurements.{asset.Key}", e.Message, reason, e);
        }
    }

    /// <summary>Returns why the header of a file is read: what its document does not state.</summary>
    /// <param name="grid">The grid that it states.</param>
    /// <param name="hasTransform">Whether its transform is known.</param>
    /// <param name="band">The band.</param>
    /// <param name="obstacle">Why the grid of the item is not that of the asset (<see cref="GridInheritance"/>); null without such a
    /// reason.</param>
    internal static string ReasonOf(SceneGrid grid, bool hasTransform, SceneBand band, string? obstacle)
    {
        List<string> missing = [];
        if (grid.Crs is null)
            missing.Add("no CRS");
        if (obstacle is not null)
            missing.Add(obstacle);
        else
        {
            if (grid.Rows is null)
                missing.Add("no shape");
            if (!hasTransform && grid.Transform.IsEmpty)
                missing.Add("no transform");
        }
        if (band.DType is null)
            missing.Add("no data type");
        else if (!DTypes.ContainsKey(band.DType))
            missing.Add($"the data type '{SceneInvalidException.Shown(band.DType)}' and not one of {string.Join(", ", DTypes.Keys)}");
        return missing.Count == 0 ? "" : $"Its header is needed, because the document states {string.Join(", ", missing)}";
    }
}
