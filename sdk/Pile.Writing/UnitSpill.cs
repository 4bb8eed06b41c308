using System.Collections.Immutable;
using Pile.Codecs;
using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;
using Pile.Writing.Rules;
using Pile.Writing.Schemas;
using Pile.Writing.Spill;
using Pile.Writing.Staging;

namespace Pile.Writing;

/// <summary>Receives the rows of one source unit. Not safe for concurrent use; several units may be filled at the same time.</summary>
/// <remarks>Rows are checked and spilled when they are appended, so that memory stays bounded regardless of the unit's size. If a unit is
/// disposed without <see cref="Complete"/>, nothing of it is kept.</remarks>
internal sealed partial class UnitSpill : IDisposable
{
    private readonly SpillArea area;
    private readonly Modality modality;
    private readonly DatasetSpec spec;
    private readonly string? timeScale;
    private readonly ProgressMeter progress;
    private readonly Task database;
    private readonly string unitId, source;
    private readonly IReadOnlyList<SourceFile> files;
    private readonly SpillLane lane;
    private readonly HeavyRows heavyRows;
    private readonly DeclaredColumns declared;
    private readonly BatchRules rules;
    private readonly List<SpillLayout> layouts = [];
    private readonly List<PartRecord> parts = [];
    private SpillPart? part;
    private readonly SkippedRows skipped;
    private readonly ReferencedFiles referenced = new();
    private readonly Dictionary<ReferencedFile, int> numbers = new(ReferenceEqualityComparer.Instance);
    private ImmutableArray<ColumnData> lastColumns = [];
    private long rows, nextSourceRow;
    private bool isDone;

    internal UnitSpill(SpillArea area, Modality modality, DatasetSpec spec, WriterSettings settings, PieceEncoders encoders,
        ProgressMeter progress, Task database, string unitId, IReadOnlyList<SourceFile> files)
    {
        (this.area, this.modality, this.progress, this.database) = (area, modality, progress, database);
        (this.unitId, this.files) = (unitId, files);
        this.spec = spec;
        timeScale = spec.TimeScale;
        source = UnitRecord.SourceOf(unitId, files);
        declared = new DeclaredColumns(spec, source);
        rules = new BatchRules(modality, spec.Grid);
        area.Begin(unitId);
        lane = area.TakeLane();
        heavyRows = new HeavyRows(lane.Pieces, settings, encoders);
        skipped = new SkippedRows(lane.Skipped);
    }

    /// <summary>The number of rows appended so far.</summary>
    public long Rows => rows;

    /// <summary>Appends rows. The batch's memory may be reused afterwards.</summary>
    /// <param name="batch">Rows with <c>object_id</c>, and <c>ra</c> and <c>dec</c> if the dataset has positions; batches of a unit may
    /// differ in their columns.</param>
    /// <exception cref="SchemaMismatchException">A column is missing, or contradicts the modality's definition of its name.</exception>
    /// <exception cref="ValueInvalidException">A row has no id, no valid position, or text that is not valid UTF-8; rows are counted from 0
    /// in the unit.</exception>
    /// <exception cref="OutputUnwritableException">The staging folder cannot be written.</exception>
    public void Append(RowBatch batch)
    {
        ObjectDisposedException.ThrowIf(isDone, this);
        database.GetAwaiter().GetResult(); // a build that cannot be completed ends with its first rows
        ReadOnlyMemory<long> sourceRows = batch.SourceRows;
        batch = declared.Apply(batch);
        SpillLayout layout = LayoutFor(batch);
        ImmutableArray<ColumnData> given = batch.Columns;
        batch = rules.Apply(batch, new BatchPlace(source, nextSourceRow, layout.Columns) { SourceRows = sourceRows });
        // Only now: a rejected batch must leave no trace.
        if (!layouts.Contains(layout))
            layouts.Add(layout);
        lastColumns = layout == layouts[^1] ? given : [];
        layout.Record(batch);
        if (batch.RowCount == 0)
            return;
        try
        {
            if (part is not null && part.Layout != layout)
                FlushPart();
            part ??= new SpillPart(layout, layouts.IndexOf(layout), lane);
            Write(batch, layout, part, sourceRows.Span);
        }
        catch (Exception e) when (WriteErrors.IsOfDisk(e))
        {
            throw WriteErrors.At(Path.GetDirectoryName(lane.Rows.Path)!, e);
        }
        rows += batch.RowCount;
    }

    /// <summary>Adds a file outside the dataset with values of this unit's rows.</summary>
    /// <returns>Its number in the unit, for <see cref="ReferenceColumnData"/>.</returns>
    public int AddFile(ReferencedFile file)
    {
        ObjectDisposedException.ThrowIf(isDone, this);
        return referenced.Add(file);
    }

    private int NumberOf(ReferencedFile file)
    {
        if (!numbers.TryGetValue(file, out int fileNumber))
            numbers.Add(file, fileNumber = referenced.Add(file, isOfWindow: true));
        return fileNumber;
    }

    /// <summary>Checks the declarations and aliases with the columns of the rows appended so far, if these are known to be the columns of
    /// the whole source: errors are then found before the rows are read.</summary>
    /// <exception cref="SchemaMismatchException">A column's type contradicts its declaration.</exception>
    /// <exception cref="AliasInvalidException">An alias refers to an unknown column, or cannot be evaluated.</exception>
    public void RequireDeclarations()
    {
        if ((spec.Aliases.IsEmpty && spec.Native.IsEmpty) || layouts.Count == 0)
            return;
        SchemaMerge merge = new(spec.DeclarationsAreCompared);
        foreach (SpillLayout layout in layouts)
            merge.Add(layout.Recorded(), source);
        merge.RequireDeclaredTypes(spec.Native);
        if (spec.Aliases.IsEmpty)
            return;
        DatasetSchema schema;
        try
        {
            schema = merge.Finish(spec, modality);
        }
        catch (SchemaMismatchException)
        {
            return; // reported by the commit, for all rows
        }
        AliasCheck.Require(spec.Aliases, schema, modality);
    }

    /// <summary>Lists a row of the unit's source, or an object of it, as skipped; the list becomes part of the dataset.</summary>
    /// <param name="file">The file, by its name in the dataset.</param>
    /// <param name="row">The row of the file, from 0; null if it is not a row.</param>
    /// <param name="reason">Why it is skipped.</param>
    /// <exception cref="OutputUnwritableException">The staging folder cannot be written.</exception>
    public void Skip(string file, long? row, string reason)
    {
        ObjectDisposedException.ThrowIf(isDone, this);
        try
        {
            skipped.Add(file, row, reason);
        }
        catch (Exception e) when (WriteErrors.IsOfDisk(e))
        {
            throw WriteErrors.At(Path.GetDirectoryName(lane.Rows.Path)!, e);
        }
    }

    /// <summary>Completes the unit: a resumed build need not read it again.</summary>
    /// <param name="facts">Facts about the whole source; null for none.</param>
    /// <exception cref="OutputUnwritableException">The staging folder cannot be written.</exception>
    public void Complete(UnitFacts? facts = null)
    {
        ObjectDisposedException.ThrowIf(isDone, this);
        try
        {
            FlushPart();
            lane.Flush();
            area.Keep(new UnitRecord(unitId, files)
            {
                Layouts = [.. layouts.Select(area.Share)],
                Parts = parts,
                Rows = rows,
                Pieces = lane.PiecesOfUnit,
                Skipped = lane.SkippedOfUnit,
                SkippedRows = skipped.Count,
                Facts = facts ?? new(),
                Referenced = referenced,
                OfWindows = referenced.OfWindows,
            });
        }
        catch (Exception e) when (WriteErrors.IsOfDisk(e))
        {
            throw WriteErrors.At(Path.GetDirectoryName(lane.Rows.Path)!, e);
        }
        isDone = true;
        heavyRows.Dispose();
        area.Return(lane);
    }

    /// <summary>Ends the unit; without <see cref="Complete"/> nothing of it is kept.</summary>
    public void Dispose()
    {
        if (isDone)
            return;
        isDone = true;
        heavyRows.Dispose();
        lane.Abandon();
        area.Return(lane);
        area.Abandon(unitId);
    }

    private SpillLayout LayoutFor(RowBatch batch)
    {
        bool sameSchemas = layouts.Count > 0 && lastColumns.Length == batch.Columns.Length;
        for (int i = 0; sameSchemas && i < lastColumns.Length; i++)
            sameSchemas = ReferenceEquals(lastColumns[i].Schema, batch.Columns[i].Schema);
        if (sameSchemas)
            return layouts[^1];

        ImmutableArray<ColumnSchema> columns =
            [.. batch.Columns.Select(c => StandardColumns.Resolve(modality, Stored(c), source, timeScale))];
        string signature = SpillLayout.SignatureOf(columns);
        return layouts.Find(l => l.Signature == signature) ?? new SpillLayout(columns, signature);
    }

    // Values that were read from other files become stored ones.
    private static ColumnSchema Stored(ColumnData data) => data.Schema.IsOutside && data is not (ReferenceColumnData or WindowColumnData)
        ? data.Schema with { Storage = ColumnStorage.Heavy } : data.Schema;

    private void Write(RowBatch batch, SpillLayout layout, SpillPart into, ReadOnlySpan<long> sourceRows)
    {
        int count = batch.RowCount;
        long[] keys = new long[count], rowNumbers = new long[count];
        int[] units = new int[count];
        if (spec.Frame is { } frame)
            Healpix.AngToPix(Healpix.MaxOrder, ((ColumnData<double>)batch[frame.Lon]).Values.Span,
                ((ColumnData<double>)batch[frame.Lat]).Values.Span, keys);
        else
            IdKeys.Compute(batch[StandardColumns.ObjectId], keys);
        for (int i = 0; i < count; i++)
            rowNumbers[i] = sourceRows.IsEmpty ? nextSourceRow + i : sourceRows[i];
        nextSourceRow = rowNumbers[^1] + 1;

        List<DuckDbColumn> columns = [DuckDbColumn.Of<long>(keys), DuckDbColumn.Of<int>(units), DuckDbColumn.Of<long>(rowNumbers)];
        SpilledColumn?[] spilled = [.. batch.Columns.Select((data, i) => SpillLayout.IsSpilled(layout.Columns[i])
            ? new SpilledColumn(data, layout.Columns[i]) : null)];
        long bytesRead = 24L * count;
        if (layout.HasSpilled)
        {
            long[] offsets = new long[count], heavyBytes = new long[count];
            ImmutableArray<SpilledColumn> values = [.. spilled.OfType<SpilledColumn>().Where(c => !c.IsText)];
            ImmutableArray<SpilledColumn> texts = [.. spilled.OfType<SpilledColumn>().Where(c => c.IsText)];
            heavyRows.Append(texts, values, [.. values.Select(c => StandardColumns.CodecOf(c.Schema, spec))], count, offsets, heavyBytes);
            foreach (SpilledColumn text in texts)
                text.Dispose();
            columns.AddRange([DuckDbColumn.Of<long>(offsets), DuckDbColumn.Of<long>(heavyBytes)]);
            bytesRead += heavyBytes.Sum();
        }
        for (int i = 0; i < layout.Columns.Length; i++)
        {
            ColumnData data = batch.Columns[i];
            if (data is ReferenceColumnData reference)
            {
                columns.AddRange(SpilledReference.Columns(reference));
                bytesRead += SpilledReference.BytesOf(reference);
                continue;
            }
            if (data is WindowColumnData windows)
            {
                columns.AddRange(SpilledWindows.Columns(windows, NumberOf));
                bytesRead += SpilledWindows.BytesOf(windows);
                continue;
            }
            if (spilled[i] is not { } column)
            {
                columns.Add(layout.Columns[i].IsBytes && data is ColumnData<byte> bytes ? Blobs(bytes) : DuckDbColumn.Of(data));
                bytesRead += data is TextColumnData text ? text.Utf8.Length + (16L * count) : BytesOf(data);
                continue;
            }
            int[] shapes = new int[count * column.Rank];
            for (int row = 0; row < count; row++)
                column.ShapeOf(row, shapes.AsSpan(row * column.Rank, column.Rank));
            columns.Add(DuckDbColumn.Vectors<int>(column.Rank, shapes));
            columns.Add(DuckDbColumn.Of(column.IsNull.IsEmpty ? new bool[count] : column.IsNull));
            bytesRead += (16L + (4 * column.Rank)) * count;
        }
        into.Append(columns, count);
        progress.Add(count, bytesRead);
    }

    private static DuckDbColumn Blobs(ColumnData<byte> data)
    {
        int[] offsets = new int[data.RowCount + 1];
        for (int row = 0; row < data.RowCount; row++)
            offsets[row + 1] = offsets[row] + data.Row(row).Length;
        return DuckDbColumn.Blobs(offsets, data.Values, data.IsNull);
    }

    private static long BytesOf(ColumnData numbers)
    {
        long bytes = 0;
        if (!numbers.Schema.IsRagged)
            return (long)numbers.RowCount * numbers.Schema.ElementsPerRow * numbers.Schema.DType.ElementBytes();
        for (int row = 0; row < numbers.RowCount; row++)
            bytes += 16 + numbers.RowBytes(row).Length;
        return bytes;
    }

    private void FlushPart()
    {
        if (part is null)
            return;
        parts.Add(part.Complete());
        part = null;
    }
}
