using System.Collections.Immutable;
using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>Collects the rows of a table in DuckDB, checks them, and writes them as a patch.</summary>
/// <param name="store">The layer.</param>
/// <param name="database">The database to work in.</param>
/// <param name="rows">The rows of the dataset; null to accept every id.</param>
internal sealed class PatchStage(LayerStore store, LayerDatabase database, ILayerRows? rows)
{
    private const string Staged = "_pile_staged", Missing = "_pile_missing";
    private const int ListedIds = 3;

    private DuckDbConnection Connection => database.Connection;

    private LayerManifest Manifest => store.Manifest;

    // What has the rows, for messages.
    private string Owner => Manifest.DatasetRoot is null ? $"source '{store.Address}'" : $"the dataset of layer '{store.Address}'";

    /// <summary>Writes a patch.</summary>
    /// <param name="batches">The rows: ids, and a column for each field.</param>
    /// <param name="idColumn">The column of ids.</param>
    /// <param name="before">The fields before.</param>
    /// <param name="options">How the table becomes a patch.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArgumentException">The table has no such column of ids, or no field.</exception>
    /// <exception cref="PileException">An id is missing, unknown or a duplicate; or a value or the unit of a column does not fit its
    /// field.</exception>
    internal async Task<PatchDraft> SetAsync(IAsyncEnumerable<RowBatch> batches, string idColumn, ImmutableArray<LayerField> before,
        StageOptions options, CancellationToken cancellationToken)
    {
        HashSet<string> named = new(StringComparer.Ordinal);
        (ColumnSchema[] columns, BoxStage[] boxes) = await LoadAsync(InNames(batches, idColumn, before, options, named), idColumn, before,
            options, cancellationToken).ConfigureAwait(false);
        RequireColumns(columns, boxes, options);
        long missing = await CheckIdsAsync(options, cancellationToken).ConfigureAwait(false);
        FieldCast cast = new(Connection, Staged, TableName(options), options.NumbersAsTexts, options.HasTypedTexts);
        LayerField[] fields = new LayerField[columns.Length + boxes.Length];
        string[] values = new string[fields.Length];
        BlobStage blobs = new(database, Staged, TableName(options), options.BlobFolder, options.FurtherBlobFolder);
        for (int i = 0; i < columns.Length; i++)
        {
            LayerField? existing = FindField(before, columns[i].Name);
            if (existing is not null)
                FieldUnits.Require(columns[i], existing, TableName(options), options.AreSameUnits);
            FieldType? asked = options.Types.TryGetValue(columns[i].Name, out FieldType type) ? type
                : named.Contains(columns[i].Name) && existing is null or { Type.Kind: FieldKind.Label } ? FieldType.Label : null;
            (fields[i], values[i]) = (existing?.Type ?? asked)?.Kind == FieldKind.Blob
                ? blobs.Fit(columns[i], $"c{i}", existing, asked, cancellationToken)
                : cast.Fit(columns[i], $"c{i}", existing, asked, cancellationToken);
        }
        for (int i = 0; i < boxes.Length; i++)
        {
            string name = boxes[i].Columns.Field;
            (fields[columns.Length + i], values[columns.Length + i]) = await boxes[i].FitAsync(FindField(before, name),
                options.Types.TryGetValue(name, out FieldType type) ? type : null, SizesAsync, cancellationToken).ConfigureAwait(false);
        }
        string items = string.Concat(fields.Select((f, i) => $", {values[i]} AS {DuckDbSql.Identifier(f.Name)}"));
        BlobPack? pack = blobs.Complete(cancellationToken);
        return Write($"SELECT id AS {LayerPaths.ObjectId}{items} FROM {Staged} ORDER BY id", [.. fields], options, cancellationToken)
            with
        { Missing = missing, Packs = pack is null ? [] : [pack] };
    }

    /// <summary>Writes a patch that takes values away.</summary>
    /// <param name="ids">The rows.</param>
    /// <param name="fields">The fields.</param>
    /// <param name="options">How ids become a patch.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal async Task<PatchDraft> UnsetAsync(IReadOnlyList<ObjectId> ids, ImmutableArray<LayerField> fields, StageOptions options,
        CancellationToken cancellationToken)
    {
        Connection.Execute($"CREATE OR REPLACE TEMP TABLE {Staged} (id {Manifest.IdsSql}, n BIGINT)", cancellationToken: cancellationToken);
        using (DuckDbAppender appender = Connection.Append(Staged))
        {
            long[] numbers = [.. Enumerable.Range(0, ids.Count)];
            appender.Append(StateBuild.ToColumn([.. ids], Manifest.HasTextIds), DuckDbColumn.Of<long>(numbers));
            appender.Complete();
        }
        long missing = await CheckIdsAsync(options, cancellationToken).ConfigureAwait(false);
        return Write($"SELECT id AS {LayerPaths.ObjectId} FROM {Staged} ORDER BY id", fields, options, cancellationToken)
            with
        { Missing = missing, IsUnset = true };
    }

    private static void RequireColumns(ColumnSchema[] columns, BoxStage[] boxes, StageOptions options)
    {
        foreach ((string named, FieldType type) in options.Types)
            if (boxes.FirstOrDefault(b => b.Columns.HasMembers && b.Columns.Names.Contains(named)) is { Columns.Field: { } field })
            {
                // Readers of text tables have read numbers of classes as text then.
                if (named != $"{field}.{Box.ClassName}" || type != FieldType.Of(DType.String))
                    throw new ArgumentException($"The column '{named}' of {TableName(options)} is a member of the boxes '{field}', and "
                        + $"cannot have the type {type}: the class of a box is a text, and its other members are float64. State only the "
                        + $"type of '{field}'.", nameof(options));
            }
            else if (!columns.Any(c => c.Name == named) && !boxes.Any(b => b.Columns.Field == named))
                throw new ArgumentException($"The table has no column '{named}' for the type {type}. "
                    + SimilarNames.Hint(named, columns.Select(c => c.Name).Concat(boxes.SelectMany(b => b.Columns.Names))) + ".",
                    nameof(options));
    }

    // A name that differs by case only is that of another field.
    private static LayerField? FindField(ImmutableArray<LayerField> before, string name)
    {
        LayerField? existing = before.FirstOrDefault(f => f.Name == name);
        if (existing is null && before.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } other)
            throw new ArgumentException($"The layer has a field '{other.Name}', which differs from '{name}' by case only. "
                + "Rename the column of the table.");
        return existing;
    }

    private async Task<PictureSizes?> SizesAsync(CancellationToken cancellationToken) => rows is null ? null
        : await rows.SizesAsync(StagedIds(cancellationToken), cancellationToken).ConfigureAwait(false);

    private ObjectId[] StagedIds(CancellationToken cancellationToken)
    {
        List<ObjectId> ids = [];
        using DuckDbResult result = Connection.Query($"SELECT id FROM {Staged} ORDER BY id", cancellationToken: cancellationToken);
        foreach (DuckDbChunk chunk in result.Chunks())
            StateBuild.AddIds(ids, chunk[0], store);
        return [.. ids];
    }

    private async Task<(ColumnSchema[] Columns, BoxStage[] Boxes)> LoadAsync(IAsyncEnumerable<RowBatch> batches, string idColumn,
        ImmutableArray<LayerField> before, StageOptions options, CancellationToken cancellationToken)
    {
        ColumnSchema[]? columns = null;
        string idType = "";
        BoxStage[] boxes = [];
        HashSet<string> members = new(StringComparer.Ordinal);
        DuckDbAppender? appender = null;
        long row = 0;
        try
        {
            await foreach (RowBatch batch in batches.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                if (batch.Find(idColumn) is not { } id)
                    throw new ArgumentException($"{TableName(options)} has no column '{idColumn}' of ids. "
                        + SimilarNames.Hint(idColumn, batch.Columns.Select(c => c.Schema.Name)) + ". Name the column of ids.");
                if (columns is null)
                {
                    boxes = [.. BoxColumns.Find([.. batch.Columns.Select(c => c.Schema).Where(c => c.Name != idColumn)], options.Types,
                        before, TableName(options)).Select((c, i) => new BoxStage(Connection, c, i, Staged, TableName(options)))];
                    members.UnionWith(boxes.SelectMany(b => b.Columns.Names));
                    idType = DuckDbColumn.TypeOf(id.Schema.DType).ToString();
                }
                ColumnData[] values = [.. batch.Columns.Where(c => c.Schema.Name != idColumn && !members.Contains(c.Schema.Name))
                    .Select(c => Converted(c, before, options, row))];
                columns ??= Begin(id.Schema, values, boxes, options);
                foreach (BoxStage box in boxes)
                    box.Append(batch, row);
                appender ??= Connection.Append(Staged);
                long[] numbers = new long[batch.RowCount];
                for (int i = 0; i < numbers.Length; i++)
                    numbers[i] = row++;
                appender.Append([.. values.Select(TextLists.Staged), DuckDbColumn.Of(id), DuckDbColumn.Of<long>(numbers)]);
            }
            appender?.Complete();
        }
        finally
        {
            appender?.Dispose();
        }
        if (columns is null || row == 0)
            throw new ArgumentException($"{TableName(options)} has no rows.");
        CastIds(idType, options);
        for (int i = 0; i < columns.Length; i++)
            if (TextLists.Has(columns[i]))
                TextLists.Unpack(Connection, Staged, $"c{i}", cancellationToken);
        await TrimIdsAsync(cancellationToken).ConfigureAwait(false);
        foreach (BoxStage box in boxes)
            box.GroupById(cancellationToken);
        return (columns, boxes);
    }

    // Labels are stored by name, so that codes are read as the names that the table gives them.
    private static async IAsyncEnumerable<RowBatch> InNames(IAsyncEnumerable<RowBatch> batches, string idColumn,
        ImmutableArray<LayerField> before, StageOptions options, HashSet<string> named)
    {
        long row = 0;
        await foreach (RowBatch batch in batches.ConfigureAwait(false))
        {
            named.UnionWith(batch.Columns.Select(c => c.Schema).Where(c => c.Name != idColumn
                && CodedColumn.HasNames(c, TypeOf(c.Name, before, options))).Select(c => c.Name));
            yield return named.Count == 0 ? batch : new RowBatch(batch.Columns.Select(c => named.Contains(c.Schema.Name)
                ? CodedColumn.Convert(c, TableName(options), row) : c));
            row += batch.RowCount;
        }
    }

    // Fields of times are in UTC, whatever the scale of the table is. Lists of texts may be JSON.
    private static ColumnData Converted(ColumnData column, ImmutableArray<LayerField> before, StageOptions options, long firstRow)
    {
        string name = column.Schema.Name;
        return TypeOf(name, before, options) switch
        {
            { Kind: FieldKind.Time } => UtcColumn.Convert(column, options.TimesOf is { } timesOf ? timesOf(name) : column.Schema.Time,
                TableName(options), firstRow),
            { IsOfTexts: true } type when !options.Types.TryGetValue(name, out FieldType asked) || asked == type =>
                TextLists.Parse(column, TableName(options), firstRow),
            _ => column,
        };
    }

    private static FieldType? TypeOf(string name, ImmutableArray<LayerField> before, StageOptions options) =>
        before.FirstOrDefault(f => f.Name == name)?.Type ?? (options.Types.TryGetValue(name, out FieldType asked) ? asked : null);

    private ColumnSchema[] Begin(ColumnSchema id, ColumnData[] values, BoxStage[] boxes, StageOptions options)
    {
        if (values.Length == 0 && boxes.Length == 0)
            throw new ArgumentException($"{TableName(options)} has ids alone: expected a column for each field to set.");
        if (!id.IsScalar || id.DType.IsFloat() || id.DType == DType.Bool)
            throw new ArgumentException($"The column '{id.Name}' of {TableName(options)} is {id}, but ids are integers or text.");
        foreach (ColumnData column in values)
            if (LayerField.FaultOf(column.Schema.Name) is { } fault)
                throw new ArgumentException($"The column '{column.Schema.Name}' of {TableName(options)} is not a name for a field: "
                    + $"{fault}.");
            else if (column.Schema.Shape.Length > 1)
                throw new ArgumentException($"The column {column.Schema} of {TableName(options)} does not fit a field: fields are "
                    + $"{FieldType.Known}.");
        string items = string.Concat(values.Select((c, i) =>
            $"c{i} {(TextLists.Has(c.Schema) ? DuckDbType.Varchar : DuckDbColumn.Of(c).Type)}, "));
        Connection.Execute($"CREATE OR REPLACE TEMP TABLE {Staged} ({items}id {DuckDbColumn.TypeOf(id.DType)}, n BIGINT)");
        foreach (BoxStage box in boxes)
            if (LayerField.FaultOf(box.Columns.Field) is { } fault)
                throw new ArgumentException($"'{box.Columns.Field}' of {TableName(options)} is not a name for a field: {fault}.");
            else
                box.Begin();
        return [.. values.Select(c => c.Schema)];
    }

    private void CastIds(string type, StageOptions options)
    {
        using (DuckDbResult result = Connection.Query($"SELECT n, id::VARCHAR FROM {Staged} WHERE id IS NULL OR id::VARCHAR = '' "
            + $"OR TRY_CAST(id AS {Manifest.IdsSql}) IS NULL ORDER BY n LIMIT 1"))
            if (result.TryNextChunk(out DuckDbChunk? chunk))
                throw new ValueInvalidException(TableName(options), chunk.Values<long>(0)[0], "", chunk[1].IsValid(0)
                    ? $"the id '{chunk[1].Text(0)}'" : "an empty id", Manifest.HasTextIds ? "a text" : "an integer of 64 bits",
                    "Correct the table, or name another column of ids");
        if (type != Manifest.IdsSql)
            Connection.Execute($"ALTER TABLE {Staged} ALTER id TYPE {Manifest.IdsSql}");
    }

    // SCHEMA.md S1.2: ids of datasets have no blanks at the end, unlike the paths of sources.
    private async Task TrimIdsAsync(CancellationToken cancellationToken)
    {
        const string IsPadded = "ends_with(id, ' ')";
        if (Manifest is not { HasTextIds: true, DatasetRoot: not null }
            || Connection.Scalar<long>($"SELECT count(*) FROM {Staged} WHERE {IsPadded}", cancellationToken: cancellationToken) == 0
            || (rows is not null && await rows.HasPaddedIdsAsync(cancellationToken).ConfigureAwait(false)))
            return;
        Connection.Execute($"UPDATE {Staged} SET id = rtrim(id, ' ') WHERE {IsPadded}", cancellationToken: cancellationToken);
    }

    private async Task<long> CheckIdsAsync(StageOptions options, CancellationToken cancellationToken)
    {
        using (DuckDbResult result = Connection.Query($"SELECT id::VARCHAR, min(n), max(n) FROM {Staged} GROUP BY id HAVING count(*) > 1 "
            + "ORDER BY 2 LIMIT 1", cancellationToken: cancellationToken))
            if (result.TryNextChunk(out DuckDbChunk? chunk))
                throw new ValueInvalidException(TableName(options), chunk.Values<long>(2)[0], "", $"the id {chunk[0].Text(0)}",
                    string.Create(CultureInfo.InvariantCulture, $"unique in the table (row {chunk.Values<long>(1)[0]} has it, too)"),
                    "Keep one row for each id")
                { IsRepeatedId = true };
        if (rows is null)
            return 0;
        ObjectId[] all = StagedIds(cancellationToken);
        long[] positions = await rows.FindAsync(all, cancellationToken).ConfigureAwait(false);
        if (Array.TrueForAll(positions, static position => position >= 0))
            return 0;
        ObjectId[] unknown = [.. all.Where((_, i) => positions[i] < 0)];
        if (!options.AllowMissing)
            throw await UnknownAsync(unknown, options, cancellationToken).ConfigureAwait(false);
        Connection.Execute($"CREATE OR REPLACE TEMP TABLE {Missing} (id {Manifest.IdsSql})", cancellationToken: cancellationToken);
        using (DuckDbAppender appender = Connection.Append(Missing))
        {
            appender.Append(StateBuild.ToColumn(unknown, Manifest.HasTextIds));
            appender.Complete();
        }
        Connection.Execute($"DELETE FROM {Staged} WHERE id IN (SELECT id FROM {Missing})", cancellationToken: cancellationToken);
        return unknown.Length < all.Length ? unknown.Length
            : throw new ArgumentException($"{TableName(options)} has {CountText.Of(all.Length, "id")}, and {Owner} has none of them.");
    }

    private async Task<Exception> UnknownAsync(ObjectId[] unknown, StageOptions options, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> similar = await rows!.SimilarAsync(unknown[0], cancellationToken).ConfigureAwait(false);
        string listed = string.Join(", ", unknown.Take(ListedIds).Select(u => $"'{u}'"));
        return new ArgumentException($"{TableName(options)} has {CountText.Of(unknown.Length, "id")} that {Owner} does not have: "
            + $"{listed}{(unknown.Length > ListedIds ? " …" : "")}. "
            + (similar.Count > 0 ? $"Ids similar to '{unknown[0]}': {string.Join(", ", similar.Select(s => $"'{s}'"))}. " : "")
            + "Correct the table, or leave such rows out with LayerWriter.AllowMissing.");
    }

    private PatchDraft Write(string select, ImmutableArray<LayerField> fields, StageOptions options, CancellationToken cancellationToken)
    {
        string path = database.NewFile();
        bool hasFloats = fields.Any(field => field.Type.Element.IsFloat()); // others need no query
        string option = hasFloats ? ParquetCopy.OptionFor(Connection, select, cancellationToken) : "";
        long written = Connection.Execute($"COPY ({select}) TO {DuckDbSql.Literal(path)} (FORMAT parquet{option})",
            cancellationToken: cancellationToken);
        Connection.Execute($"DROP TABLE {Staged}", cancellationToken: cancellationToken);
        return Of(path, written, fields) with { SourceName = options.SourceName, SourceSha256 = options.SourceSha256 };
    }

    internal static PatchDraft Of(string path, long rowCount, ImmutableArray<LayerField> fields)
    {
        using LocalFile file = new(path);
        return new PatchDraft
        {
            Path = path,
            Sha256 = FileSha256.Of(file, CancellationToken.None),
            Bytes = file.LengthBytes,
            Rows = rowCount,
            Fields = fields,
        };
    }

    private static string TableName(StageOptions options) => options.SourceName.Length > 0 ? $"'{options.SourceName}'" : "The table";
}
