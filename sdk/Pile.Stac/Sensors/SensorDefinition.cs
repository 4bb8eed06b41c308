using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Pile.Stac;

/// <summary>What the documentation of a sensor says about its bands; used only where an item is silent. The definitions are resources of
/// this assembly, one YAML file for each sensor.</summary>
internal sealed class SensorDefinition
{
    private const string Prefix = "sensors/", Ending = ".yaml";
    private const int MostCollections = 10_000, MostPlatforms = 100, MostAssets = 1000; // the names are those of documents
    private static readonly Lazy<ImmutableArray<SensorDefinition>> All = new(() => [.. Names.Select(For)]);
    private static readonly ConcurrentDictionary<string, SensorDefinition?> OfCollections = new(StringComparer.Ordinal);
    private readonly FrozenDictionary<string, ImmutableArray<SensorBand>> bandsByAsset;
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, ImmutableArray<SensorBand>>> found =
        new(StringComparer.Ordinal);
    private readonly AssetSelection ofCollections;
    private readonly bool isOfCollections, hasReflectances;

    private SensorDefinition(string name, string title, string source, ImmutableArray<string> collections, ImmutableArray<SensorBand> bands)
    {
        (Name, Title, Source, Bands) = (name, title, source, bands);
        ofCollections = new AssetSelection(collections, []);
        isOfCollections = !collections.IsEmpty;
        hasReflectances = bands.Any(b => b.IsReflectance);
        bandsByAsset = bands.SelectMany(b => b.Assets.Select(a => (Asset: a, Band: b))).GroupBy(p => p.Asset, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.Select(p => p.Band).ToImmutableArray(), StringComparer.Ordinal);
    }

    /// <summary>The names of all sensors, in ordinal order.</summary>
    internal static ImmutableArray<string> Names { get; } = [.. typeof(SensorDefinition).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..^Ending.Length])
        .Order(StringComparer.Ordinal)];

    /// <summary>The name, such as <c>sentinel-2-l2a</c>.</summary>
    internal string Name { get; }

    /// <summary>A title.</summary>
    internal string Title { get; }

    /// <summary>The documents that the values are from.</summary>
    internal string Source { get; }

    /// <summary>The bands.</summary>
    internal ImmutableArray<SensorBand> Bands { get; }

    /// <summary>Reads the definition of a sensor.</summary>
    /// <exception cref="ArgumentException">There is no such sensor. The message lists all.</exception>
    internal static SensorDefinition For(string name)
    {
        if (!Names.Contains(name))
            throw new ArgumentException($"There is no sensor '{name}'. The sensors are {string.Join(", ", Names)}.", nameof(name));
        using Stream resource = typeof(SensorDefinition).Assembly.GetManifestResourceStream($"{Prefix}{name}{Ending}")!;
        byte[] text = new byte[resource.Length];
        resource.ReadExactly(text);
        using JsonDocument json = JsonDocument.Parse(YamlDocuments.Read(text, name + Ending)[0].Json);
        OdcNode root = new(json.RootElement, "", new OdcOrigin(name + Ending, 0, name));
        return new SensorDefinition(root.Required("name").Text(), root.Required("title").Text(), root.Required("source").Text(),
            [.. root.Find("collections")?.Items().Select(c => c.Text()) ?? []],
            [.. root.Required("bands").Items().Select(SensorBand.Read)]);
    }

    /// <summary>Finds the sensor of a scene by its collection; null for an unknown one.</summary>
    internal static SensorDefinition? Of(Scene scene)
    {
        if (scene.Collection is not { } collection)
            return null;
        if (OfCollections.TryGetValue(collection, out SensorDefinition? before))
            return before;
        SensorDefinition? sensor = All.Value.FirstOrDefault(s => s.isOfCollections && s.ofCollections.Includes(collection));
        if (OfCollections.Count < MostCollections)
            OfCollections.TryAdd(collection, sensor);
        return sensor;
    }

    /// <summary>Returns a scene with what its bands do not state taken from this definition.</summary>
    /// <remarks>Assets are found by their keys. Where a key has several bands with the same position, the platform of the scene decides;
    /// a scene without a platform gets nothing from them.</remarks>
    internal Scene Apply(Scene scene)
    {
        string? platform = scene.Common.Platform?.Replace('_', '-').ToLowerInvariant();
        ImmutableArray<SceneAsset>.Builder assets = ImmutableArray.CreateBuilder<SceneAsset>(scene.Assets.Length);
        Sentinel2Offset? offsets = hasReflectances ? new(scene) : null;
        foreach (SceneAsset asset in scene.Assets)
            assets.Add(Complete(asset, platform, offsets));
        return scene with { Assets = assets.MoveToImmutable(), Notes = offsets?.NotesOf(scene) ?? scene.Notes };
    }

    /// <summary>Returns the bands of an asset, in the order of the file; empty for an unknown key.</summary>
    /// <param name="asset">The key. A key such as <c>blue_20m</c> is that of <c>blue</c> at another resolution.</param>
    /// <param name="platform">The platform in lower case; null if it is not known.</param>
    internal ImmutableArray<SensorBand> BandsOf(string asset, string? platform)
    {
        if (!found.TryGetValue(platform ?? "", out ConcurrentDictionary<string, ImmutableArray<SensorBand>>? known))
        {
            if (found.Count >= MostPlatforms)
                return FindBands(asset, platform);
            known = found.GetOrAdd(platform ?? "", _ => new(StringComparer.Ordinal));
        }
        if (known.TryGetValue(asset, out ImmutableArray<SensorBand> before))
            return before;
        ImmutableArray<SensorBand> read = FindBands(asset, platform);
        if (known.Count < MostAssets)
            known.TryAdd(asset, read);
        return read;
    }

    private ImmutableArray<SensorBand> FindBands(string asset, string? platform)
    {
        double? resolutionM = null;
        if (!bandsByAsset.TryGetValue(asset, out ImmutableArray<SensorBand> bands))
        {
            int line = asset.LastIndexOf('_');
            if (line <= 0 || asset[^1] is not 'm' || !int.TryParse(asset.AsSpan(line + 1, asset.Length - line - 2), NumberStyles.None,
                CultureInfo.InvariantCulture, out int metres) || !bandsByAsset.TryGetValue(asset[..line], out bands))
                return [];
            resolutionM = metres;
        }
        return [.. bands.Where(b => b.Platforms.IsEmpty || (platform is not null && b.Platforms.Contains(platform)))
            .OrderBy(b => b.FileBand).Select(b => resolutionM is null ? b : b with { Band = b.Band with { GsdM = resolutionM } })];
    }

    private SceneAsset Complete(SceneAsset asset, string? platform, Sentinel2Offset? offsets)
    {
        ImmutableArray<SensorBand> known = BandsOf(asset.Key, platform);
        if (known.IsEmpty || (!asset.Bands.IsEmpty && asset.Bands.Length != known.Length))
            return ItemDefaults.Complete(asset); // the item describes another file
        ImmutableArray<SceneBand>.Builder bands = ImmutableArray.CreateBuilder<SceneBand>(known.Length);
        for (int i = 0; i < known.Length; i++)
        {
            SceneBand? stated = asset.Bands.IsEmpty ? null : asset.Bands[i];
            SceneBand band = Complete(ItemDefaults.Complete(asset, stated, known[i].Band), known[i].Band,
                known is [{ IsReflectance: true }] ? offsets : null);
            bool isOfAsset = asset.GsdM is not null && stated?.GsdM is null;
            bands.Add(isOfAsset ? band with { GsdM = asset.GsdM } : band);
        }
        return asset with { Bands = bands.MoveToImmutable() };
    }

    private static SceneBand Complete(SceneBand? band, SceneBand known, Sentinel2Offset? offsets)
    {
        // Scale and offset belong together, and to the documented dtype.
        bool isOfKnownType = band is null || band.DType is null || band.DType == known.DType;
        double? scale = band?.Scale ?? (band?.Offset is null && isOfKnownType ? known.Scale : null),
            offset = band?.Offset ?? (band?.Scale is null && isOfKnownType ? known.Offset : null);
        if (offsets is not null)
            offset = offsets.Of(offset, hasKnownScale: scale is { } factor && factor.Equals(known.Scale));
        return band is not null ? Complete(band, known, scale, offset)
            : offset.Equals(known.Offset) ? known : known with { Offset = offset };
    }

    private static SceneBand Complete(SceneBand band, SceneBand known, double? scale, double? offset) => band with
    {
        Name = band.Name ?? known.Name,
        CommonName = band.CommonName ?? known.CommonName,
        CentreWavelengthUm = band.CentreWavelengthUm ?? known.CentreWavelengthUm,
        DType = band.DType ?? known.DType,
        AssumesDType = band.DType is null,
        AssumesNodata = band.Nodata is null,
        // A "no data" value is meant for the dtype that it was documented with.
        Nodata = band.Nodata ?? (band.DType is null || band.DType == known.DType ? known.Nodata : null),
        Unit = band.Unit ?? known.Unit,
        Scale = scale,
        Offset = offset,
        GsdM = band.GsdM ?? known.GsdM,
        Flags = band.Flags.IsEmpty ? known.Flags : band.Flags,
    };
}
