using System.Runtime.ExceptionServices;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Formats the rows of a batch on several threads, and writes them in order.</summary>
/// <param name="file">The file.</param>
/// <param name="create">Makes a format for one thread.</param>
internal sealed class TextRows(TextFile file, Func<IRowFormat> create)
{
    // Fewer rows are not worth another thread.
    private const int LeastPartRows = 2048;

    private readonly IRowFormat[] _parts = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => create())];

    /// <summary>The number of rows written.</summary>
    internal long Count { get; private set; }

    /// <summary>Writes a batch.</summary>
    internal void Write(ColumnData[] columns, int rowCount)
    {
        int parts = Math.Clamp(rowCount / LeastPartRows, 1, _parts.Length), partRows = (rowCount + parts - 1) / parts;
        ExceptionDispatchInfo?[] errors = new ExceptionDispatchInfo?[parts];
        if (parts == 1)
            _parts[0].Format(columns, Count, 0, rowCount);
        else
            Parallel.For(0, parts, part =>
            {
                try
                {
                    _parts[part].Format(columns, Count, part * partRows, Math.Min((part + 1) * partRows, rowCount));
                }
                catch (Exception e)
                {
                    errors[part] = ExceptionDispatchInfo.Capture(e);
                }
            });
        // The error of the first row that has one, whatever the number of threads.
        foreach (ExceptionDispatchInfo? error in errors)
            error?.Throw();
        for (int part = 0; part < parts; part++)
            file.Write(_parts[part].Take());
        Count += rowCount;
    }
}
