using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>Some rows in order.</summary>
internal interface ISortedBucket : IDisposable
{
    /// <summary>Returns the rows chunk by chunk, each of which is valid until the next one.</summary>
    IEnumerable<DuckDbChunk> Chunks();
}
