using System.Collections.Frozen;
using System.Collections.Immutable;
using Pile.Format;
using Pile.Tables.Batches;
using Pile.Tables.Opening;
using Pile.Tables.Text;

namespace Pile.Tables.Json;

/// <summary>A JSON Lines file, which is read once for its columns and types when it is opened, and again for its values.</summary>
internal sealed class JsonTable : TableFile
{
    private const int RowsBetweenChecks = 4096;

    private readonly JsonLine line;
    private readonly ImmutableArray<JsonColumn> columns;
    private readonly TableReadOptions options;

    private JsonTable(TablePath source, JsonLine line, ImmutableArray<JsonColumn> columns, TableReadOptions options, long rowCount)
        : base(source, [.. columns.Select(c => c.Schema)], rowCount) => (this.line, this.columns, this.options) = (line, columns, options);

    /// <summary>The kinds of the values of each column; null where they are texts as written.</summary>
    internal ImmutableArray<TextKinds?> Kinds => [.. columns.Select(c => options.TextColumns.Contains(c.Schema.Name) ? null
        : (TextKinds?)(c.Key.Profile.Kinds | (JsonColumns.HasMissing(c.Key, c.List) ? TextKinds.Missing : TextKinds.None)))];

    /// <summary>The keys of objects, whose own keys are columns.</summary>
    internal IEnumerable<string> Parents => ParentsIn(line.Root);

    /// <param name="source">The file.</param>
    /// <param name="options">What to do with bad rows.</param>
    /// <param name="cancellationToken">Cancels the first pass.</param>
    internal static JsonTable Open(TablePath source, TableReadOptions options, CancellationToken cancellationToken)
    {
        JsonLeftOut leftOut = new(options);
        while (true)
            try
            {
                if (TryOpen(source, options with { TextColumns = options.TextColumns.Union(leftOut.Keys).ToFrozenSet() }, leftOut,
                    cancellationToken) is { } table)
                    return table;
            }
            catch (ValueInvalidException e) when (leftOut.CanAdd(e.Column))
            {
                leftOut.Add(e.Column); // nothing uses its values, which no column can have: the file is read again with them as texts
            }
    }

    /// <returns>Null to read the file again, with other keys as texts.</returns>
    private static JsonTable? TryOpen(TablePath source, TableReadOptions options, JsonLeftOut leftOut, CancellationToken cancellationToken)
    {
        try
        {
            JsonLine parsed = new(source.Given, options.JsonTextColumns, leftOut.Keys);
            long rowCount = 0;
            using JsonRecords records = new(source);
            for (long row = 0; records.MoveNext(); row++)
            {
                if (row % RowsBetweenChecks == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                if (!TryParse(parsed, records, row, options.OnBadRow, leftOut))
                    continue;
                rowCount++;
                foreach (JsonKey key in parsed.Keys)
                {
                    key.SetFound();
                    if (!key.Profile.TryAdd(key, parsed, records.Field(0), row))
                        throw key.Profile.Mixed(source.Given, row, key);
                }
            }
            if (leftOut.TryAddParents(ParentsIn(parsed.Root)))
                return null;
            ImmutableArray<JsonColumn> found = JsonColumns.Of(parsed.Root, source.Given, rowCount, options);
            return found.IsEmpty ? throw new SourceUnreadableException(source.Given, "it has no line with a value", "Use a table")
                : new JsonTable(source, parsed, found, options, rowCount) { NamesInFile = [.. found.Select(c => c.Key.Path)] };
        }
        catch (InvalidDataException e)
        {
            throw source.Broken(e);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Notes => base.Notes.Concat(columns.Where(HasEmptyTexts).Select(c =>
        $"the column '{c.Schema.Name}' has lists with missing elements, which are empty texts"
            + (c.Key.Profile.HasTexts ? "." : ", and its other elements are texts, as they are written.")));

    // Integers beyond 2⁵³ beside decimals are an error.
    internal override bool MayRound(string column, bool toIntegers) => toIntegers && IndexOf(column) is >= 0 and int i
        && Columns[i] is { DType: DType.Float64, Nested: null } && columns[i].Key.Profile.HasDecimals;

    protected override IEnumerable<RowBatch> Read(int[] columns, long firstRow, long rowCount, CancellationToken cancellationToken)
    {
        JsonColumn[] selected = [.. columns.Select(i => this.columns[i])];
        BatchBuilder batch = new(selected.Select(c => c.Schema));
        using JsonRecords records = new(Source);
        long good = 0;
        for (long row = 0; good - firstRow < rowCount && records.MoveNext(); row++)
        {
            if (row % RowsBetweenChecks == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (!TryParse(line, records, row, options.OnBadRow, leftOut: null) || good++ < firstRow)
                continue;
            for (int i = 0; i < selected.Length; i++)
                if (!selected[i].TryAdd(batch.Columns[i], line, records.Field(0)))
                    throw new ValueInvalidException(Path, row, selected[i].Schema.Name, $"the value in line {records.Line}",
                        selected[i].Schema.DType.Name(), options.TextTypes.ContainsKey(selected[i].Schema.Name)
                            ? "Other files have numbers in this column. Correct the value, or read the column as text: "
                                + $"'cast: {{ {selected[i].Schema.Name}: string }}' in the recipe's source"
                            : "The file has changed since it was opened: open it again");
            if (batch.IsFull)
                yield return batch.Take();
        }
        if (batch.RowCount > 0)
            yield return batch.Take();
    }

    private bool HasEmptyTexts(JsonColumn column) => column is { Schema.DType: DType.String, List: { } list }
        && column.Key.Profile.Values < list.Profile.Elements && !options.TextColumns.Contains(column.Schema.Name);

    private static IEnumerable<string> ParentsIn(JsonKey key) => key.Children
        .Where(child => child.Profile.Form is JsonForm.Object or JsonForm.Objects)
        .SelectMany(child => ParentsIn(child).Prepend(child.Path));

    private static bool TryParse(JsonLine line, JsonRecords records, long row, Action<ValueInvalidException>? onBadRow,
        JsonLeftOut? leftOut)
    {
        try
        {
            line.Parse(records.Field(0), row, records.Line);
            return true;
        }
        catch (ValueInvalidException e) when (onBadRow is not null && leftOut?.CanAdd(e.Column) != true)
        {
            onBadRow(e);
            return false;
        }
    }
}
