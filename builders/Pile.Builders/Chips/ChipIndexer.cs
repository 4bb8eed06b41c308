using System.Collections.Immutable;

namespace Pile.Builders;

/// <summary>Counts the missing and the cloudy pixels of a chip of the earth. A recipe names it: <c>stats: { indexer: NAME }</c>.</summary>
/// <remarks>A class of a plug-in with a public constructor without parameters is an indexer; <c>Measure</c> is its only method. One
/// instance is used for all chips, by several threads.</remarks>
public abstract class ChipIndexer
{
    /// <param name="name">The name in recipes, for example <c>landsat</c>.</param>
    /// <param name="bands">The names of the band that is read: keys of assets, names or common names of bands. The first one that a scene
    /// has is used.</param>
    /// <exception cref="ArgumentException">A name is empty or <c>none</c>, or there is no name of a band.</exception>
    protected ChipIndexer(string name, params ReadOnlySpan<string> bands)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name is "none")
            throw new ArgumentException("'none' in recipes means that no pixels are read. Choose another name.", nameof(name));
        if (bands.IsEmpty)
            throw new ArgumentException($"The indexer '{name}' has no band to read.", nameof(bands));
        foreach (string band in bands)
            ArgumentException.ThrowIfNullOrWhiteSpace(band, nameof(bands));
        (Name, Bands) = (name, [.. bands]);
    }

    /// <summary>The name in recipes.</summary>
    public string Name { get; }

    /// <summary>The names of the band that is read.</summary>
    public ImmutableArray<string> Bands { get; }

    /// <summary>False if the band has no information about clouds; then chips have no columns for them.</summary>
    public virtual bool MeasuresClouds => true;

    /// <summary>Counts pixels of a chip. Called by several threads.</summary>
    /// <param name="block">The pixels of the band.</param>
    public abstract ChipStatistics Measure(in ChipBlock block);
}
