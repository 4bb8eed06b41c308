using Pile.Format;

namespace Pile.Publishing;

/// <summary>How one column of a row becomes a file: one implementation for each shape that files take.</summary>
/// <param name="schema">The column, as the view shows it.</param>
internal abstract class RowFile(ColumnSchema schema)
{
    /// <summary>The column, as the view shows it.</summary>
    internal ColumnSchema Schema { get; } = schema;

    /// <summary>The ending of the file's name, without the dot.</summary>
    internal abstract string Ending { get; }

    /// <summary>Columns that go into the file beside its own.</summary>
    internal virtual IEnumerable<string> Companions => [];

    /// <summary>True when a row without a value gets a file all the same.</summary>
    internal virtual bool WritesNulls => false;

    /// <summary>Looks at a row before any file of its batch is written.</summary>
    /// <exception cref="ArgumentException">What was asked for does not fit this row.</exception>
    /// <exception cref="PileException">The row contradicts itself.</exception>
    internal virtual void Check(RowBatch batch, int row) { }

    /// <summary>Writes the file.</summary>
    /// <param name="path">A path where nothing is yet.</param>
    /// <param name="batch">Rows that have the column and its companions.</param>
    /// <param name="row">The row within the batch.</param>
    internal abstract void Write(string path, RowBatch batch, int row);
}
