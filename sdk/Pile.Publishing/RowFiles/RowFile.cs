using Pile.Format;

namespace Pile.Publishing;

/// <summary>Writes one column of a row to a file; each file format has an implementation.</summary>
/// <param name="schema">The column, as in the view.</param>
internal abstract class RowFile(ColumnSchema schema)
{
    /// <summary>The end of the name of a second file: GDAL's persistent auxiliary metadata.</summary>
    internal const string AuxiliaryEnding = ".aux.xml";

    /// <summary>The column, as in the view.</summary>
    internal ColumnSchema Schema { get; } = schema;

    /// <summary>The extension of the file's name, without the dot.</summary>
    internal abstract string Ending { get; }

    /// <summary>Further columns that are written to the file.</summary>
    internal virtual IEnumerable<string> Companions => [];

    /// <summary>True if a file is also written for a row without a value.</summary>
    internal virtual bool WritesNulls => false;

    /// <summary>What to report of the files written so far; null for nothing.</summary>
    internal virtual string? Message => null;

    /// <summary>Returns the text of a second file, of the same name followed by <see cref="AuxiliaryEnding"/>; null for none.</summary>
    internal virtual string? AuxiliaryText(RowBatch batch, int row) => null;

    /// <summary>Checks a row before any file of its batch is written.</summary>
    /// <exception cref="ArgumentException">The options do not fit this row.</exception>
    /// <exception cref="PileException">The row is inconsistent.</exception>
    internal virtual void Check(RowBatch batch, int row) { }

    /// <summary>Writes the file.</summary>
    /// <param name="path">A path that does not exist yet.</param>
    /// <param name="batch">Rows that have the column and its companions.</param>
    /// <param name="row">The row within the batch.</param>
    internal abstract void Write(string path, RowBatch batch, int row);
}
