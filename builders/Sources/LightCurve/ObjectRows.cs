using System.Globalization;
using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.Table;
using Pile.Format;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>Groups the measurements of one table by object into rows of light curves.</summary>
/// <remarks>Call <see cref="Next(RowBatch)"/> with the batches in order, then <see cref="Complete"/>.</remarks>
internal sealed class ObjectRows
{
    private const string PositionRemedy = "Correct the position, or skip bad rows (BuildSettings.SkipsBadRows)";

    private readonly BuildContext context;
    private readonly string unit;
    private readonly MeasurementTable table;
    private readonly ObjectCatalogue? catalogue;
    private readonly TablePositions? positions;
    private readonly BandIndex bands;
    private readonly LightCurveBlock block;
    private readonly BadRows bad;
    private readonly Action<ValueInvalidException> reject;
    private readonly List<Sample> samples = [];
    private readonly List<int> catalogueRows = [];
    private readonly HashSet<ObjectId> seen = [];
    private ObjectId openId;
    private byte[] openUtf8 = [];
    private (double RaDeg, double DecDeg) openPosition;
    private long nextRow, openRow, wanted, skipped;

    /// <param name="context">The build.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="table">The table's columns.</param>
    /// <param name="bands">The table's bands.</param>
    /// <param name="catalogue">The catalogue with the positions; null if the table has positions.</param>
    /// <param name="positions">The positions of the table; null if there is a catalogue.</param>
    /// <param name="bad">The bad rows of the table, which also receives those that are found here.</param>
    internal ObjectRows(BuildContext context, SourceUnit unit, MeasurementTable table, BandIndex bands, ObjectCatalogue? catalogue,
        TablePositions? positions, BadRows bad)
    {
        (this.bad, reject) = (bad, context.SkipsBadRows ? bad.Add : SampleColumns.Throw);
        (this.context, this.unit, wanted, this.table, this.bands, this.catalogue, this.positions) =
            (context, unit.Id, context.WantedRows ?? long.MaxValue, table, bands, catalogue, positions);
        block = new LightCurveBlock(table.Schema);
    }

    /// <summary>Adds the next rows of the table.</summary>
    /// <returns>Batches of complete objects; often empty.</returns>
    /// <exception cref="PileException">A row is not a valid measurement or an object has no position, and bad rows are not skipped; or the
    /// rows of an object are not consecutive.</exception>
    internal IEnumerable<RowBatch> Next(RowBatch batch)
    {
        RowBatch all = batch;
        ValueInvalidException? fault = Measure(ref batch, out ColumnData ids, out Sample[] measured);
        for (int row = 0; row < measured.Length; row++)
        {
            if (bad.Skips(nextRow + row, out long fileRow))
                continue;
            if (samples.Count == 0 || !IsOpen(ids, row))
            {
                Close();
                if (block.IsFull || (block.Count > 0 && block.Count >= wanted))
                    yield return Take();
                Open(ids, row, fileRow);
            }
            samples.Add(measured[row]);
        }
        nextRow += measured.Length;
        if (fault is null)
            yield break;
        // A bad row after the wanted objects is not an error. If it belongs to another object, it completes the last wanted one.
        if (BelongsToAnother(all, measured.Length))
            Close();
        if (samples.Count == 0 && block.Count > 0 && block.Count >= wanted)
            yield return Take();
        throw fault;
    }

    /// <summary>Adds the next rows of the table that meet its filter.</summary>
    /// <inheritdoc cref="Next(RowBatch)"/>
    internal IEnumerable<RowBatch> Next(RowBatch batch, bool[] meets)
    {
        int count = meets.Length;
        ValueInvalidException? fault = null;
        try
        {
            bad.Drop(nextRow, meets, count);
        }
        catch (ValueInvalidException e)
        {
            (fault, count) = (e, (int)(e.Row - nextRow));
        }
        for (int first = 0, end; first < count; first = end)
        {
            for (end = first + 1; end < count && meets[end] == meets[first]; end++) { }
            if (!meets[first])
            {
                nextRow += end - first;
                positions?.Pass(end - first);
            }
            else
            {
                int[] kept = [.. Enumerable.Range(first, end - first)];
                foreach (RowBatch complete in Next(new RowBatch(batch.Columns.Select(c => c.Take(kept)))))
                    yield return complete;
            }
        }
        if (fault is not null)
            throw fault;
    }

    /// <summary>Reads the rows of a batch, up to the first bad row if bad rows are not skipped.</summary>
    /// <returns>The error of the bad row; null if all rows are read.</returns>
    private ValueInvalidException? Measure(ref RowBatch batch, out ColumnData ids, out Sample[] measured)
    {
        try
        {
            (ids, measured) = (table.Ids(batch, nextRow, reject), table.Samples(batch, bands, nextRow, reject));
            positions?.Next(batch);
            return null;
        }
        catch (ValueInvalidException e) when (e.Row > nextRow)
        {
            batch = batch.First((int)(e.Row - nextRow));
            return Measure(ref batch, out ids, out measured) ?? e;
        }
    }

    private bool BelongsToAnother(RowBatch batch, int row)
    {
        try
        {
            RowBatch one = new(batch.Columns.Select(c => c.Take([row])));
            return !IsOpen(table.Ids(one, nextRow, SampleColumns.Throw), 0);
        }
        catch (ValueInvalidException)
        {
            return false; // without an id, the object of the row is unknown
        }
    }

    /// <summary>Returns the last objects.</summary>
    /// <exception cref="PileException">The last object has no position.</exception>
    internal IEnumerable<RowBatch> Complete()
    {
        Close();
        if (block.Count > 0)
            yield return Take();
        bad.Complete(areAllRead: true);
        if (skipped > 0)
            context.Report($"{skipped.ToString(CultureInfo.InvariantCulture)} objects without a position on the sky were skipped.");
    }

    private bool IsOpen(ColumnData ids, int row) => ids is TextColumnData text
        ? text.Element(row).TrimEnd((byte)' ').SequenceEqual(openUtf8) : ((ColumnData<long>)ids).Values.Span[row] == openId.Number;

    private void Open(ColumnData ids, int row, long fileRow)
    {
        openRow = fileRow;
        if (ids is TextColumnData text)
        {
            openUtf8 = text.Element(row).TrimEnd((byte)' ').ToArray();
            openId = text.Text(row).TrimEnd(' ');
        }
        else
            openId = ((ColumnData<long>)ids).Values.Span[row];
        if (!seen.Add(openId))
            throw new ValueInvalidException(table.Path, openRow, table.Id.Name, $"'{openId}', again after rows of other objects,",
                "consecutive rows for each id", "Sort the table by this column");
        openPosition = positions?.At(row) ?? default;
    }

    private void Close()
    {
        if (samples.Count == 0)
            return;
        if (catalogue?.Drops(openId) == true)
        {
            samples.Clear();
            return;
        }
        int? row = catalogue?.Find(openId);
        (double RaDeg, double DecDeg) position = catalogue is null ? openPosition
            : row is { } r ? catalogue.PositionOf(r) : (double.NaN, double.NaN);
        if (IsOnSky(position))
        {
            block.Add(openId, position, samples, bands);
            if (row is { } found)
                catalogueRows.Add(found);
        }
        else if (context.SkipsBadRows && NoPosition(row, position) is ValueInvalidException fault)
        {
            skipped++;
            context.Skip(unit, openRow, fault.Finding);
        }
        else
            throw NoPosition(row, position);
        samples.Clear();
    }

    private RowBatch Take()
    {
        wanted -= block.Count;
        RowBatch curves = block.Take();
        if (catalogue is null)
            return curves;
        RowBatch joined = new([.. curves.Columns, .. catalogue.Of([.. catalogueRows])]);
        catalogueRows.Clear();
        return joined;
    }

    private PileException NoPosition(int? row, (double RaDeg, double DecDeg) position) => catalogue is null
        ? positions!.Invalid(openRow, position, PositionRemedy)
        : openId.IsText != catalogue.IsOfText
            ? new SchemaMismatchException(table.Path, table.Id.Name,
                $"its ids are {(openId.IsText ? "text" : "integers")}, but those of '{catalogue.IdColumn}' in {catalogue.Path} are "
                    + $"{(catalogue.IsOfText ? "text" : "integers")}", "Use the same type for both")
        : row is { } found ? new ValueInvalidException(catalogue.Path, catalogue.NumberOf(found), catalogue.IdColumn,
            $"'{openId}' without a position",
            "an object with a position", PositionRemedy)
        : new ValueInvalidException(table.Path, openRow, table.Id.Name, $"'{openId}'", $"an object of {catalogue.Path}",
            "Add the object to the catalogue, or skip bad rows (BuildSettings.SkipsBadRows)");

    private static bool IsOnSky((double RaDeg, double DecDeg) position) => position is { RaDeg: >= 0 and <= 360, DecDeg: >= -90 and <= 90 };
}
