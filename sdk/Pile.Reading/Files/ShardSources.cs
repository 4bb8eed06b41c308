using System.Collections.Immutable;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>The shards of a dataset.</summary>
internal sealed class ShardSources(IFileStore store, ImmutableArray<DatasetFile> shards) : IPieceSources
{
    /// <inheritdoc/>
    public StoreTraits Traits => store.Traits;

    /// <inheritdoc/>
    public int Count => shards.Length;

    /// <inheritdoc/>
    public string PathOf(int source) => $"{store.Address.TrimEnd('/')}/{shards[source].Path}";

    /// <inheritdoc/>
    public long BytesOf(int source) => shards[source].Bytes;

    /// <inheritdoc/>
    public IRandomAccessFile Open(int source) => store.Open(shards[source].Path, shards[source].Bytes);
}
