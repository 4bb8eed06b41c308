using Pile.Hdf5;

namespace Pile.Review;

/// <summary>The datasets of an open shard that agree with the manifest, by column; companions by their own names.</summary>
internal sealed class ShardDatasets
{
    private readonly Dictionary<string, Hdf5Dataset> byName = new(StringComparer.Ordinal);

    internal void Add(string name, Hdf5Dataset dataset) => byName.Add(name, dataset);

    internal Hdf5Dataset? Find(string name) => byName.GetValueOrDefault(name);
}
