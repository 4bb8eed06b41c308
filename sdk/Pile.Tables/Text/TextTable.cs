using System.Collections.Immutable;
using System.Text;
using Pile.Format;
using Pile.Tables.Batches;
using Pile.Tables.Opening;

namespace Pile.Tables.Text;

/// <summary>A text file, which is read once for its types when it is opened, and again for its values.</summary>
internal sealed class TextTable : TableFile
{
    private const int RowsBetweenChecks = 4096, MostTypeNotes = 5;

    private readonly TextLayout layout;
    private readonly TableReadOptions options;
    private string[] typeNotes = [];
    private string? openingNote;
    private readonly int[] numbers; // the fields that the file declares to be numbers

    public override string? FrameOf(string column) => IndexOf(column) is >= 0 and int field ? layout.FrameOf(field) : null;

    /// <summary>The kinds of the values of each column whose type follows from them; of other columns null.</summary>
    internal ImmutableArray<TextKinds?> Kinds { get; private init; }

    // True if a column of the file shows that the bare word null is a missing value.
    private bool NullWordIsMissing { get; init; }

    private TextTable(TablePath source, TextLayout layout, TableReadOptions options, int[] numbers, ImmutableArray<ColumnSchema> columns,
        long rowCount) : base(source, columns, rowCount) => (this.layout, this.options, this.numbers) = (layout, options, numbers);

    /// <param name="source">The file.</param>
    /// <param name="find">Finds the layout of the file.</param>
    /// <param name="options">What to do with bad rows.</param>
    /// <param name="cancellationToken">Cancels the first pass.</param>
    /// <param name="note">What the user should know about how the layout was found; null for nothing.</param>
    internal static TextTable Open(TablePath source, Func<TablePath, TextLayout> find, TableReadOptions options,
        CancellationToken cancellationToken, string? note = null)
    {
        try
        {
            TextLayout found = find(source);
            TextColumnProfile[] profiles = new TextColumnProfile[found.Names.Length];
            for (int i = 0; i < profiles.Length; i++)
                profiles[i] = new TextColumnProfile(options.TextColumns.Contains(found.Names[i]) ? FieldKind.Text : found.KindOf(i));
            int[] declared = [.. Enumerable.Range(0, profiles.Length)
                .Where(i => found.KindOf(i) is FieldKind.Number && !options.TextColumns.Contains(found.Names[i]))];
            long rowCount = 0;
            using TextRecords records = found.OpenRows(source);
            for (long row = 0; records.MoveNext(); row++)
            {
                if (row % RowsBetweenChecks == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                if (!IsComplete(source, found, records, row, options.OnBadRow)
                    || !HasNumbers(source, found, declared, records, row, options.OnBadRow))
                    continue;
                rowCount++;
                for (int i = 0; i < profiles.Length; i++)
                    if (!(found.HasMissingTexts && found.IsMissing(i, records.Field(i))
                        ? profiles[i].Add(default, isQuoted: false, row)
                        : profiles[i].Add(records.Field(i), records.IsQuoted(i), row)))
                        throw new ValueInvalidException(source.Given, row, found.Names[i], Shown(records.Field(i)), "UTF-8",
                            "Convert the file, for example with iconv -f ISO-8859-1 -t UTF-8");
            }
            bool usesNullWord = profiles.Any(profile => profile.UsesNullWord);
            return new TextTable(source, found, options, declared,
                [.. profiles.Select((profile, i) => found.Declare(i, SchemaOf(found.Names[i], profile, usesNullWord, options)))], rowCount)
            {
                NullWordIsMissing = usesNullWord,
                NamesInFile = found.NamesInFile,
                openingNote = note,
                typeNotes = [.. profiles.Select((profile, i) => profile.NoteOf(found.Names[i])).OfType<string>()],
                Kinds = [.. profiles.Select((profile, i) =>
                    found.KindOf(i) is FieldKind.Any && !options.TextColumns.Contains(found.Names[i]) ? profile.Kinds : (TextKinds?)null)],
            };
        }
        catch (InvalidDataException e)
        {
            throw source.Broken(e);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Notes => base.Notes.Concat(new[] { openingNote, layout.Note }.OfType<string>())
        .Concat(typeNotes.Take(MostTypeNotes))
        .Concat(typeNotes.Length > MostTypeNotes ? [$"{typeNotes.Length - MostTypeNotes} further columns are text for the same reason."]
            : []);

    internal override bool MayRound(string column, bool toIntegers) => IndexOf(column) is >= 0 and int i && Kinds[i] is { } kinds
        && Columns[i].DType is DType.Float64 && kinds.HasFlag(TextKinds.Decimal) && (toIntegers || kinds.HasFlag(TextKinds.Inexact));

    protected override IEnumerable<RowBatch> Read(int[] columns, long firstRow, long rowCount, CancellationToken cancellationToken)
    {
        BatchBuilder batch = new(Array.ConvertAll(columns, i => Columns[i]));
        using TextRecords records = layout.OpenRows(Source);
        long good = 0;
        for (long row = 0; good - firstRow < rowCount && records.MoveNext(); row++)
        {
            if (row % RowsBetweenChecks == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (!IsComplete(Source, layout, records, row, options.OnBadRow)
                || !HasNumbers(Source, layout, numbers, records, row, options.OnBadRow) || good++ < firstRow)
                continue;
            for (int i = 0; i < columns.Length; i++)
                AddCell(batch.Columns[i], records, columns[i], row);
            if (batch.IsFull)
                yield return batch.Take();
        }
        if (batch.RowCount > 0)
            yield return batch.Take();
    }

    private void AddCell(ColumnBuilder column, TextRecords records, int index, long row)
    {
        ReadOnlySpan<byte> cell = records.Field(index);
        if (cell.IsEmpty || (layout.HasMissingTexts && layout.IsMissing(index, cell))
            || (!records.IsQuoted(index) && (NullWordIsMissing || column.Schema.DType is not DType.String
                ? TextColumnProfile.IsNullWord(cell) : TextColumnProfile.IsNullMark(cell))))
            column.AddNull();
        else if (!column.TryAddText(cell))
            throw new ValueInvalidException(Path, row, column.Schema.Name, Shown(cell), column.Schema.DType.Name(),
                options.TextTypes.ContainsKey(layout.Names[index])
                    ? "Other files have numbers in this column. Correct the value, or read the column as text: "
                        + $"'cast: {{ {layout.Names[index]}: string }}' in the recipe's source"
                    : "The file has changed since it was opened: open it again");
    }

    private static bool IsComplete(TablePath source, TextLayout layout, TextRecords records, long row,
        Action<ValueInvalidException>? onBadRow)
    {
        int expected = layout.Names.Length, found = records.FieldCount;
        if (found == expected)
            return true;
        string column = layout.Names[Math.Min(found, expected - 1)];
        ValueInvalidException bad = new(source.Given, row, column, $"line {records.Line} with {CountText.Of(found, "field")}",
            $"a row of {CountText.Of(expected, "field")}", Remedy());
        if (onBadRow is null)
            throw bad;
        onBadRow(bad);
        return false;

        string Remedy() => !records.IsQuoted(0) && records.Field(0) is [(byte)'#', ..]
            ? "Remove the line if it is a comment: comments are possible only above the names of the columns"
            : found < expected ? "Complete the line: an empty field needs its delimiter, too"
                : "Correct the line: a field that contains the delimiter must be quoted";
    }

    /// <summary>Returns whether the fields that the file declares to be numbers are numbers, or missing.</summary>
    private static bool HasNumbers(TablePath source, TextLayout layout, int[] fields, TextRecords records, long row,
        Action<ValueInvalidException>? onBadRow)
    {
        foreach (int i in fields)
        {
            ReadOnlySpan<byte> cell = records.Field(i);
            if (cell.IsEmpty || CellText.TryParse(cell, out double _) || TextColumnProfile.IsNullWord(cell) || layout.IsMissing(i, cell))
                continue;
            ValueInvalidException bad = new(source.Given, row, layout.Names[i], $"{Shown(cell)} in line {records.Line}",
                "a number, as the header declares", "Correct the value, or the position or type of the column in the header");
            if (onBadRow is null)
                throw bad;
            onBadRow(bad);
            return false;
        }
        return true;
    }

    private static ColumnSchema SchemaOf(string name, TextColumnProfile profile, bool usesNullWord, TableReadOptions options)
    {
        DType type = options.TextTypes.TryGetValue(name, out DType given) ? given : profile.Type;
        return new()
        {
            Name = name,
            DType = type,
            Nullable = profile.HasNullAs(type, usesNullWord),
            StringBytes = type is DType.String ? Math.Max(profile.WidestBytes(usesNullWord), 1) : 0,
        };
    }

    private static string Shown(ReadOnlySpan<byte> cell) => $"'{Encoding.Latin1.GetString(cell[..Math.Min(cell.Length, 60)])}'";
}
