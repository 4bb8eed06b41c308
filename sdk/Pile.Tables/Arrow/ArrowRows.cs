using Apache.Arrow;
using Pile.DuckDb;

namespace Pile.Tables.Arrow;

/// <summary>Some rows of a batch, which are valid until the next ones are requested.</summary>
/// <param name="Arrays">The arrays of the batch, by field; null for those that are not read.</param>
/// <param name="Start">The first row in the arrays.</param>
/// <param name="Count">The number of rows.</param>
/// <param name="Chunk">The same rows of the columns that DuckDB imports; null without such columns.</param>
/// <param name="Imported">For each selected column its column in the chunk; -1 for those that are read without DuckDB.</param>
internal readonly record struct ArrowRows(IArrowArray[] Arrays, int Start, int Count, DuckDbChunk? Chunk, int[] Imported)
{
    /// <summary>Returns the column of the chunk for a selected column.</summary>
    internal int ImportedOf(int column) => Imported[column];
}
