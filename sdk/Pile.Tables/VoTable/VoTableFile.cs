using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using Pile.Format;
using Pile.Tables.Batches;
using Pile.Tables.Opening;

namespace Pile.Tables.VoTable;

/// <summary>A table of a VOTable: the first that is not metadata, or the specified one.</summary>
internal sealed class VoTableFile : TableFile
{
    private const string Truncated = "the service reports that it has not returned all rows of the query (QUERY_STATUS is OVERFLOW). "
        + "For all rows, repeat the query with a higher limit (MAXREC).";

    private readonly string?[] frames;
    private double?[] epochs = [];
    private readonly TableReadOptions options;
    private bool isTruncated;
    private string? lostFrame;
    private IReadOnlyList<string> tables = [];
    private int chosen;

    private MissingElements?[] missing = [];

    private VoTableFile(TablePath source, ImmutableArray<ColumnSchema> columns, long? rowCount, string?[] frames, TableReadOptions options)
        : base(source, columns, rowCount) => (this.frames, this.options) = (frames, options);

    internal static VoTableFile Open(TablePath source, TableReadOptions options)
    {
        using VoDocument document = Guard(source, () => VoDocument.Open(source.OpenContent, source.Given, source.Part));
        Guard(source, () => ReadMissing(document, source.Given));
        ImmutableArray<ColumnSchema> columns = SchemasOf(document);
        return new VoTableFile(source, columns, document.Serialization is VoSerialization.None ? 0 : document.RowCount,
            [.. document.Fields.Select(document.FrameOf)], options)
        {
            NamesInFile = [.. document.Fields.Select(f => f.Name)],
            epochs = [.. document.Fields.Select(document.EpochOf)],
            isTruncated = document.IsTruncated,
            lostFrame = LostFrame(document, columns),
            Keywords = document.Keywords(),
            missing = [.. document.Fields.Select(f => f.Missing)],
        };
    }

    // Programs that copy fields leave out the COOSYS that these refer to.
    private static string? LostFrame(VoDocument document, ImmutableArray<ColumnSchema> columns)
    {
        for (int i = 0; i < columns.Length; i++)
            if (FrameWords.IsEquatorial(columns[i]) && document.FrameOf(document.Fields[i]) is null
                && document.MissingReferenceOf(document.Fields[i]) is { } reference)
                return $"the column '{columns[i].Name}' refers to '{reference}', which is not in the file. If its positions are not in the "
                    + "system of its name, or in ICRS, state their frame.";
        return null;
    }

    /// <summary>Reads the rows for the missing elements of arrays of 64-bit integers, if the table has such fields.</summary>
    /// <returns>True if it has.</returns>
    private static bool ReadMissing(VoDocument document, string path)
    {
        VoColumn?[] targets = new VoColumn?[document.Fields.Count];
        MissingElements?[] found = new MissingElements?[targets.Length];
        long row = 0;
        for (int i = 0; i < targets.Length; i++)
            if (document.Fields[i].ToSchema("", isNullable: false) is var schema && MissingElements.IsFor(schema))
            {
                MissingElements elements = found[i] = new();
                targets[i] = new VoNumberColumn<long>(document.Fields[i], new(schema))
                {
                    OnArray = (values, missing) => elements.Add(values, [], missing, row)
                };
            }
        if (Array.TrueForAll(found, f => f is null) || VoRows.Open(document, path) is not { } rows)
            return false;
        using (rows)
            for (bool hasMore = true; hasMore;)
                try
                {
                    row = rows.Row;
                    hasMore = rows.TryRead(targets);
                }
                catch (ValueInvalidException)
                {
                    // reported when the rows are read for their values
                }
        for (int i = 0; i < found.Length; i++)
            document.Fields[i] = document.Fields[i] with { Missing = found[i] };
        return true;
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Notes
    {
        get
        {
            IEnumerable<string> notes = base.Notes;
            if (NoteOfTables() is { } others)
                notes = notes.Append(others);
            return notes.Concat(new[] { lostFrame, isTruncated ? Truncated : null }.OfType<string>());
        }
    }

    /// <inheritdoc/>
    public override string? OtherTables
    {
        get
        {
            if (Source.Part is not null)
                return null;
            using VoDocument document = Guard(Source, () => VoDocument.Open(Source.OpenContent, Path));
            Guard(Source, () =>
            {
                document.ReadTrailer();
                return true;
            });
            (tables, chosen) = (document.Tables, document.Chosen);
            return NoteOfTables();
        }
    }

    private string? NoteOfTables() => Source.Part is not null || tables.Count < 2 ? null
        : Opening.OtherTables.Note(Source, LabelOf(chosen), [.. Enumerable.Range(0, tables.Count).Where(i => i != chosen).Select(LabelOf)]);

    // A name that several tables have names the first of them.
    private string LabelOf(int index) => tables[index].Length > 0 && tables.Take(index).All(name => name != tables[index])
        ? tables[index] : (index + 1).ToString(CultureInfo.InvariantCulture);

    public override string? FrameOf(string column) => IndexOf(column) is >= 0 and int index ? frames[index] : null;

    internal override double? EpochOf(string column) => IndexOf(column) is >= 0 and int index ? epochs[index] : null;

    /// <summary>Returns the columns for the fields of a document.</summary>
    internal static ImmutableArray<ColumnSchema> SchemasOf(VoDocument document)
    {
        string[] names = UniqueNames.Of([.. document.Fields.Select(f => f.Name)]);
        return [.. document.Fields.Select((field, i) =>
            field.ToSchema(names[i], isNullable: document.Serialization is not VoSerialization.Binary) is var schema
                && schema.DType is DType.Bool ? schema : schema with
                {
                    Time = TimeOf(document.TimeOf(field), schema.DType),
                    SpectralMedium = schema.DType.IsFloat() ? document.MediumOf(field) : null,
                })];
    }

    // Dates as text have no zero point.
    private static TimeAxis? TimeOf(TimeAxis? time, DType type) =>
        type is DType.String && time is not null ? time with { ZeroMjd = 0 } : time;

    protected override IEnumerable<RowBatch> Read(int[] columns, long firstRow, long rowCount, CancellationToken cancellationToken)
    {
        using VoDocument document = Guard(Source, () => VoDocument.Open(Source.OpenContent, Path, Source.Part));
        for (int i = 0; i < missing.Length; i++)
            document.Fields[i] = document.Fields[i] with { Missing = missing[i] };
        BatchBuilder batch = new(columns.Select(i => Columns[i]));
        VoColumn?[] targets = new VoColumn?[document.Fields.Count];
        for (int i = 0; i < columns.Length; i++)
            targets[columns[i]] = VoColumn.For(document.Fields[columns[i]], batch.Columns[i]);
        using VoRows? rows = Guard(Source, () => VoRows.Open(document, Path));
        if (rows is null)
            yield break;

        bool hasMore = true;
        while (hasMore)
        {
            hasMore = Guard(Source, () => TryFill(document, rows, targets, batch, firstRow, rowCount, cancellationToken));
            if (batch.RowCount > 0)
                yield return batch.Take();
        }
    }

    /// <summary>Reads rows until a batch is full.</summary>
    /// <returns>False if there are no more rows.</returns>
    private bool TryFill(VoDocument document, VoRows rows, VoColumn?[] targets, BatchBuilder batch, long firstRow, long rowCount,
        CancellationToken cancellationToken)
    {
        while (!batch.IsFull)
        {
            if (rows.Row % 1024 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (rows.ValidRows - firstRow >= rowCount)
                return false;
            if (TryReadRow(rows, rows.ValidRows >= firstRow ? targets : null, batch))
                continue;
            document.ReadTrailer();
            (isTruncated, tables, chosen) = (isTruncated || document.IsTruncated, document.Tables, document.Chosen);
            return false;
        }
        return true;
    }

    private bool TryReadRow(VoRows rows, VoColumn?[]? targets, BatchBuilder batch)
    {
        int added = batch.RowCount;
        try
        {
            return rows.TryRead(targets);
        }
        catch (ValueInvalidException bad) when (options.OnBadRow is not null)
        {
            options.OnBadRow(bad);
            if (targets is not null)
                batch.DropRow(added);
            return true;
        }
    }

    private static T Guard<T>(TablePath source, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (XmlException e)
        {
            throw new SourceUnreadableException(source.Given, $"the XML is truncated or damaged ({e.Message.TrimEnd('.')})",
                "Fetch the file again", e);
        }
        catch (InvalidDataException e)
        {
            throw source.Broken(e);
        }
    }
}
