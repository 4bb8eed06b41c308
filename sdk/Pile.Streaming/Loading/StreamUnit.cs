using Pile.Format;

namespace Pile.Streaming;

/// <summary>Batches whose rows are read together.</summary>
/// <param name="Epoch">Their epoch.</param>
/// <param name="Rows">The rows of all of them, in order.</param>
/// <param name="Batches">For each batch how many rows, and what all workers have done after its step.</param>
/// <param name="Memory">Where the rows' numbers are, and where what is read goes; whoever has the unit leaves it when done.</param>
internal sealed record StreamUnit(int Epoch, ReadOnlyMemory<long> Rows, IReadOnlyList<(int Rows, long RowsDone)> Batches,
    PooledMemory Memory);

/// <summary>A unit with its rows.</summary>
internal sealed record LoadedUnit(StreamUnit Unit, RowBatch Data);
