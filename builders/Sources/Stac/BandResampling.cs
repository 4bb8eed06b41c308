using System.Collections.Immutable;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Rasters;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>How a recipe brings bands of other grids to the finest one (the key <c>resample</c>): one method for all bands, or a method by
/// the name of a band.</summary>
internal sealed class BandResampling
{
    private const string None = "none", Others = "*";

    private static readonly Dictionary<string, ResamplingMethod?> Methods = new(StringComparer.Ordinal)
    {
        [None] = null,
        ["nearest"] = ResamplingMethod.Nearest,
        ["bilinear"] = ResamplingMethod.Bilinear,
    };

    private readonly ImmutableDictionary<string, ResamplingMethod?> methods;

    private BandResampling(ImmutableDictionary<string, ResamplingMethod?> methods, ImmutableArray<YamlScalar> names) =>
        (this.methods, Names) = (methods, names);

    /// <summary>The names that the bands of items decide about; empty if the recipe lists its bands.</summary>
    internal ImmutableArray<YamlScalar> Names { get; }

    /// <summary>True if a band may be resampled.</summary>
    internal bool IsAny => methods.Values.Any(method => method is not null);

    /// <summary>Reads the key.</summary>
    /// <param name="node">The value of <c>resample</c>; null if it is missing.</param>
    /// <param name="bands">The names of the recipe's bands; empty for all. Then the items show whether there is a band of each name: see
    /// <see cref="ResampledNames"/>.</param>
    /// <exception cref="DocumentInvalidException">A method is unknown, or a band is not one of the recipe.</exception>
    internal static BandResampling Read(YamlNode? node, ImmutableArray<string> bands)
    {
        ImmutableDictionary<string, ResamplingMethod?>.Builder read =
            ImmutableDictionary.CreateBuilder<string, ResamplingMethod?>(StringComparer.Ordinal);
        if (node is YamlMap map)
            foreach ((YamlScalar band, YamlNode method) in map.Entries.Select(entry => (entry.Key, entry.Value)))
                read.Add(band.Text is Others || bands.IsEmpty || bands.Contains(band.Text) ? band.Text
                    : throw band.Invalid($"there is no band '{band.Text}' in 'bands'"), method.AsScalar().AsOneOf(Methods));
        else if (node is not null)
            read.Add(Others, node.AsScalar().AsOneOf(Methods));
        return new BandResampling(read.ToImmutable(), bands.IsEmpty && node is YamlMap byName
            ? [.. byName.Entries.Select(entry => entry.Key).Where(name => name.Text is not Others)] : []);
    }

    /// <summary>Returns the method for a band; null to leave it on its own grid. Codes of classes and flags are not interpolated: between
    /// two of them are codes of others.</summary>
    /// <param name="scene">The scene of the band.</param>
    /// <param name="band">The band.</param>
    /// <param name="report">Receives that another method is used than that of all bands.</param>
    /// <exception cref="SceneInvalidException">The recipe names a method that interpolates for a band of codes.</exception>
    internal ResamplingMethod? Of(Scene scene, ChipBand band, Action<string> report)
    {
        if (Named(scene, band.Name, band.Asset, band.Number) is { } named)
            return named.Method is ResamplingMethod.Bilinear && ItemDefaults.AreCodes(band.Asset, band.Band)
                ? throw new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id,
                    $"assets.{band.Asset.Key}", $"the numbers of the band '{band.Name}' are codes of classes or flags, and 'bilinear' "
                    + "makes codes of others of them", $"Name 'nearest' for '{named.Key}' in 'resample'")
                : named.Method;
        ResamplingMethod? method = methods.GetValueOrDefault(Others);
        if (method is not ResamplingMethod.Bilinear || !ItemDefaults.AreCodes(band.Asset, band.Band))
            return method;
        report($"the band '{band.Name}' is resampled by 'nearest', because its numbers are codes of classes or flags");
        return ResamplingMethod.Nearest;
    }

    /// <summary>Returns whether the recipe has a method for a band.</summary>
    /// <param name="scene">The scene of the band.</param>
    /// <param name="name">The name of the band in chips.</param>
    /// <param name="asset">Its asset.</param>
    /// <param name="number">Its number in the file, from 0.</param>
    internal bool IsFor(Scene scene, string name, SceneAsset asset, int number) =>
        (Named(scene, name, asset, number) is { } named ? named.Method : methods.GetValueOrDefault(Others)) is not null;

    private (string Key, ResamplingMethod? Method)? Named(Scene scene, string name, SceneAsset asset, int number)
    {
        foreach (string key in (ReadOnlySpan<string>)[name, asset.Key])
            if (methods.TryGetValue(key, out ResamplingMethod? method))
                return (key, method);
        SceneBand band = BandChoice.BandAt(asset, number);
        foreach (string? other in Names.IsEmpty ? [] : (ReadOnlySpan<string?>)[band.Name, band.CommonName])
            if (other is not null && methods.TryGetValue(other, out ResamplingMethod? method) && !IsOfAnother(scene, other))
                return (other, method);
        return null;
    }

    // As in 'bands', the key of an asset, or the name of a band in chips, means that one.
    private static bool IsOfAnother(Scene scene, string name) =>
        BandChoice.All(scene, includesPictures: true).Any(band => band.Name == name || band.Asset.Key == name);
}
