using Pile.Format;

namespace Pile.Streaming;

/// <summary>Batches whose rows are read together.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Rows">The rows of all batches, in order.</param>
/// <param name="Batches">For each batch the number of rows, and the number of rows that all workers have completed after its step.</param>
/// <param name="Memory">The memory of the row numbers and of the values; the owner of the unit releases it.</param>
internal sealed record StreamUnit(int Epoch, ReadOnlyMemory<long> Rows, IReadOnlyList<(int Rows, long RowsDone)> Batches,
    PooledMemory Memory);

/// <summary>A unit with the values of its rows; null if its rows could not be read together.</summary>
internal sealed record LoadedUnit(StreamUnit Unit, RowBatch? Data);
