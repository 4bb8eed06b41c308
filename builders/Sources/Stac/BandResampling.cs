using System.Collections.Immutable;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Rasters;

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

    private BandResampling(ImmutableDictionary<string, ResamplingMethod?> methods) => this.methods = methods;

    /// <summary>True if a band may be resampled.</summary>
    internal bool IsAny => methods.Values.Any(method => method is not null);

    /// <summary>Reads the key.</summary>
    /// <param name="node">The value of <c>resample</c>; null if it is missing.</param>
    /// <param name="bands">The names of the recipe's bands; empty for all.</param>
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
        return new BandResampling(read.ToImmutable());
    }

    /// <summary>Returns the method for a band; null to leave it on its own grid.</summary>
    internal ResamplingMethod? Of(ChipBand band) => Of(band.Name, band.Asset.Key);

    /// <inheritdoc cref="Of(ChipBand)"/>
    /// <param name="band">The name of the band.</param>
    /// <param name="asset">The key of its asset.</param>
    internal ResamplingMethod? Of(string band, string asset) => methods.TryGetValue(band, out ResamplingMethod? method)
        || methods.TryGetValue(asset, out method) || methods.TryGetValue(Others, out method) ? method : null;
}
