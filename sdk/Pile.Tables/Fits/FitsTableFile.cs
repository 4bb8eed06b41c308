using Pile.Fits;
using Pile.Format;
using Pile.Tables.Batches;
using Pile.Tables.Opening;

namespace Pile.Tables.Fits;

/// <summary>A table HDU of a FITS file.</summary>
internal sealed class FitsTableFile : TableFile
{
    private readonly PlainFile _plain;
    private readonly FitsFile _file;
    private readonly FitsTable _table;
    private readonly FitsTableColumn[] _columns;
    private readonly string? _frame;

    private FitsTableFile(TablePath source, PlainFile plain, FitsFile file, FitsTable table, FitsTableColumn[] columns)
        : base(source, [.. columns.Select(c => c.Schema)], table.RowCount)
    {
        (_plain, _file, _table, _columns) = (plain, file, table, columns);
        _frame = Frames.OfFits(table.Header.GetText("RADESYS") ?? table.Header.GetText("RADECSYS"), table.Header.GetFloat64("EQUINOX"));
    }

    internal static FitsTableFile Open(TablePath source)
    {
        PlainFile plain = source.OpenPlain();
        FitsFile? file = null;
        try
        {
            file = FitsFile.OpenRead(plain.Path);
            FitsTable table = Choose(source, file).Table();
            string[] names = UniqueNames.Of([.. table.Columns.Select(c => c.Name)]);
            return new FitsTableFile(source, plain, file, table, [.. table.Columns.Select((column, i) => FitsTableColumn.Of(column, names[i]))]);
        }
        catch
        {
            file?.Dispose();
            plain.Dispose();
            throw;
        }
    }

    public override string? FrameOf(string column) => _frame;

    public override void Dispose()
    {
        _file.Dispose();
        _plain.Dispose();
        base.Dispose();
    }

    protected override IEnumerable<RowBatch> Read(int[] columns, long firstRow, long rowCount, CancellationToken cancellationToken)
    {
        FitsTableColumn[] selected = [.. columns.Select(i => _columns[i])];
        long end = rowCount > _table.RowCount - firstRow ? _table.RowCount : firstRow + rowCount;
        int step = Math.Min(_table.BlockRowCount, BatchBuilder.RowLimit);
        BatchBuilder batch = new(selected.Select(c => c.Schema));
        for (long row = firstRow; row < end; row += step)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = (int)Math.Min(step, end - row);
            for (int i = 0; i < selected.Length; i++)
                FitsColumnValues.Append(_table, selected[i].Column, batch.Columns[i], row, count, Path);
            yield return batch.Take();
        }
    }

    private static FitsHdu Choose(TablePath source, FitsFile file)
    {
        if (source.Part is null)
            return file.Hdus.FirstOrDefault(hdu => hdu.Kind is FitsHduKind.Table or FitsHduKind.AsciiTable)
                ?? throw new SourceUnreadableException(source.Given, $"there is no table in it. {file.Contents().TrimEnd('.')}", "Give a file with a table");
        if (file.TryHdu(source.Part, out FitsHdu? named))
            return named;
        bool isNumber = int.TryParse(source.Part, out int number);
        return isNumber && (uint)number < (uint)file.Hdus.Count ? file.Hdu(number)
            : throw new TablePartNotFoundException(source.Given, source.Part, $"there is no HDU {(isNumber ? source.Part : $"'{source.Part}'")}. {file.Contents()}");
    }
}
