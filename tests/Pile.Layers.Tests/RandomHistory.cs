using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Layers.Tests;

/// <summary>Makes random histories of commits, and compares the values after each commit with those that pandas computes.</summary>
internal static class RandomHistory
{
    private const int Commits = 4, RowsOfHistory = 8;

    private static readonly string[] Tags = ["red", "", "a, b", "é😀", "[]", "\"'\\", "null", "a text of more than twelve bytes"];

    /// <summary>Applies the operations of each history to a pandas frame, and prints its values after each commit.</summary>
    private const string Replay = """
        import json, sys
        import pandas as pd
        for line in open(sys.argv[1]):
            frame = pd.DataFrame(index=pd.RangeIndex(int(sys.argv[2])), dtype=object)
            tables = []
            for operation in json.loads(line):
                kind = operation['op']
                if kind == 'set':
                    update = pd.DataFrame(operation['values'], index=operation['ids'], dtype=object)
                    for name in update.columns:
                        if name not in frame: frame[name] = pd.Series(None, index=frame.index, dtype=object)
                        frame.loc[update.index, name] = update[name]
                elif kind == 'unset': frame.loc[operation['ids'], operation['fields']] = None
                elif kind == 'rename': frame = frame.rename(columns={operation['field']: operation['to']})
                elif kind == 'drop': frame = frame.drop(columns=operation['field'])
                rows = frame.astype(object).where(frame.notna(), None)
                tables.append({str(i): {n: rows.at[i, n] for n in sorted(rows.columns) if rows.at[i, n] is not None}
                    for i in rows.index if any(rows.at[i, n] is not None for n in rows.columns)})
            print(json.dumps(tables, sort_keys=True, separators=(',', ':')))
        """;

    /// <summary>Runs histories.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="seeds">The seed of each history.</param>
    /// <returns>The first difference; null if there is no difference.</returns>
    internal static async Task<string?> FindDifferenceAsync(string folder, int[] seeds)
    {
        List<string> histories = [], found = [];
        using LayerDatabase database = new(threads: 1);
        foreach (int seed in seeds)
        {
            (JsonArray operations, List<string> tables) = await RunAsync(folder, seed, database);
            histories.Add(operations.ToJsonString());
            found.Add($"[{string.Join(',', tables)}]");
        }
        string path = Path.Combine(folder, "histories.jsonl");
        await File.WriteAllLinesAsync(path, histories);
        string[] expected = Python.Run(Replay, path, RowsOfHistory.ToString(CultureInfo.InvariantCulture)).TrimEnd().Split('\n');
        for (int i = 0; i < seeds.Length; i++)
            if (!JsonNode.DeepEquals(JsonNode.Parse(expected[i]), JsonNode.Parse(found[i])))
                return $"history {seeds[i]}: {histories[i]}: pandas has {expected[i]}, the layer has {found[i]}";
        return null;
    }

    private static async Task<(JsonArray, List<string>)> RunAsync(string folder, int seed, LayerDatabase database)
    {
        Random random = new(seed);
        LayerStore store = await LayerStore.CreateAsync(Path.Combine(folder, $"history{seed}"), new LayerManifest
        {
            Name = "history",
            HasTextIds = false,
            Key = $"{seed}",
        }.ToBytes(), null, default);
        LayerEditor editor = new(store, () => database);
        JsonArray operations = [];
        List<string> tables = [];
        LayerCommit? head = null;
        for (int i = 0; i < Commits; i++)
        {
            (LayerChange change, JsonObject operation) = await ChangeAsync(random, store, database, head);
            head = await editor.CommitAsync(change, head, default);
            operations.Add(operation);
            tables.Add(await TableAsync(store, head, database));
            if (random.Next(4) == 0)
            {
                LayerReplay replay = (await LayerSnapshot.Of(store, head).ReplayAsync(default)).Replay;
                if (replay.Patches.Count > 0)
                    await StateFiles.PutAsync(store, head, await StateAsync(store, head, database), default);
            }
        }
        return (operations, tables);
    }

    private static async Task<(LayerChange, JsonObject)> ChangeAsync(Random random, LayerStore store, LayerDatabase database,
        LayerCommit? head)
    {
        string[] fields = [.. (head?.Fields ?? []).Select(f => f.Name)];
        long[] ids = [.. Enumerable.Range(0, RowsOfHistory).Where(_ => random.Next(2) == 0).DefaultIfEmpty(3).Select(i => (long)i)];
        PatchStage stage = new(store, database, null);
        switch (fields.Length == 0 ? 0 : random.Next(7))
        {
            case 4:
                string[] taken = [.. fields.Where((_, i) => i == 0 || random.Next(2) == 0)];
                PatchDraft unset = await stage.UnsetAsync([.. ids.Select(i => new ObjectId(i))], [.. taken.Select(f =>
                    head!.FindField(f)!)],
                    new StageOptions(), default);
                return (LayerChange.Of(unset, "a", "m"), new JsonObject
                {
                    ["op"] = "unset",
                    ["ids"] = JsonSerializer.SerializeToNode(ids),
                    ["fields"] = JsonSerializer.SerializeToNode(taken),
                });
            case 5:
                string to = $"{fields[0][0]}{random.Next(1000)}";
                return (LayerChange.Of(new LayerOperation { Kind = OperationKind.RenameField, Field = fields[0], To = to }, "a", "m"),
                    new JsonObject { ["op"] = "rename", ["field"] = fields[0], ["to"] = to });
            case 6 when fields.Length > 1:
                return (LayerChange.Of(new LayerOperation { Kind = OperationKind.DropField, Field = fields[^1] }, "a", "m"),
                    new JsonObject { ["op"] = "drop", ["field"] = fields[^1] });
            default:
                // The first letter of a field is its type: integers (of growing width), text, labels, lists of texts.
                string[] named = [.. fields.Concat(["n", "t", "k", "l"]).Distinct().Where(_ => random.Next(2) == 0).DefaultIfEmpty("n")];
                JsonObject values = [];
                List<ColumnData> columns = [new ColumnData<long>(new ColumnSchema { Name = "object_id", DType = DType.Int64 }, ids)];
                foreach (string name in named)
                {
                    if (name[0] == 'l')
                    {
                        string[]?[] lists = [.. ids.Select(_ => random.Next(5) == 0 ? null : random.GetItems(Tags, random.Next(4)))];
                        columns.Add(TextColumnData.FromLists(
                            new ColumnSchema { Name = name, DType = DType.String, Shape = [ColumnSchema.Ragged] }, lists));
                        values[name] = JsonSerializer.SerializeToNode(lists);
                        continue;
                    }
                    long?[] numbers = [.. ids.Select(_ => random.Next(5) == 0 ? (long?)null : random.Next(100))];
                    bool isNumber = name[0] == 'n', isWide = random.Next(3) == 0;
                    bool[] isNull = Array.ConvertAll(numbers, n => n is null);
                    columns.Add(!isNumber ? TextColumnData.From(new ColumnSchema { Name = name, DType = DType.String },
                            [.. numbers.Select(n => n is null ? null : $"v{n}")])
                        : isWide ? new ColumnData<long>(new ColumnSchema { Name = name, DType = DType.Int64 },
                            Array.ConvertAll(numbers, n => (n ?? 0) << 40), isNull)
                        : new ColumnData<short>(new ColumnSchema { Name = name, DType = DType.Int16 },
                            Array.ConvertAll(numbers, n => (short)(n ?? 0)), isNull));
                    values[name] = new JsonArray([.. numbers.Select(n => n is null ? null : isNumber ? JsonValue.Create(isWide ? n << 40
                        : n)
                        : (JsonNode?)JsonValue.Create($"v{n}"))]);
                }
                Dictionary<string, FieldType> types = named.Where(n => n[0] == 'k').ToDictionary(n => n, _ => FieldType.Label);
                PatchDraft patch = await stage.SetAsync(OneBatch(columns), "object_id", [.. head?.Fields ?? []],
                    new StageOptions { Types = types }, default);
                return (LayerChange.Of(patch, "a", "m"), new JsonObject
                {
                    ["op"] = "set",
                    ["ids"] = JsonSerializer.SerializeToNode(ids),
                    ["values"] = values,
                });
        }
    }

    private static async IAsyncEnumerable<RowBatch> OneBatch(IEnumerable<ColumnData> columns)
    {
        await Task.Yield();
        yield return new RowBatch(columns);
    }

    private static async Task<LayerState> StateAsync(LayerStore store, LayerCommit head, LayerDatabase database)
    {
        LayerSnapshot snapshot = LayerSnapshot.Of(store, head);
        (LayerReplay replay, StatePointer? start) = await snapshot.ReplayAsync(default);
        string? basePath = start is null ? null : Path.Combine(store.Files.LocalRoot, LayerPaths.State(start.State));
        Dictionary<string, string> paths = (await snapshot.CopiesAsync(replay.Patches, default))
            .Zip(replay.Patches).DistinctBy(p => p.Second.Operation.Patch).ToDictionary(p => p.Second.Operation.Patch, p => p.First.Path);
        return await new StateBuild(store, database, new EveryRow()).WriteAsync(replay, basePath, p => paths[p.Operation.Patch], default);
    }

    private static async Task<string> TableAsync(LayerStore store, LayerCommit head, LayerDatabase database)
    {
        LayerState state = await StateAsync(store, head, database);
        string[] names = [.. head.Fields.Select(f => f.Name).Order(StringComparer.Ordinal)];
        JsonObject table = [];
        using DuckDbResult result = database.Connection.Query($"SELECT object_id, "
            + $"{string.Join(", ", names.Select(DuckDbSql.Identifier))} FROM "
            + $"read_parquet({DuckDbSql.Literal(state.Path)}) ORDER BY object_id::VARCHAR");
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int row = 0; row < chunk.RowCount; row++)
            {
                JsonObject values = [];
                for (int i = 0; i < names.Length; i++)
                    if (chunk[i + 1].IsValid(row))
                        values[names[i]] = ValueOf(chunk[i + 1], row, head.FindField(names[i])!);
                table[chunk.Values<long>(0)[row].ToString(CultureInfo.InvariantCulture)] = values;
            }
        File.Delete(state.Path);
        return table.ToJsonString();
    }

    private static JsonNode ValueOf(DuckDbVector column, int row, LayerField field) => field.Type.Kind == FieldKind.Label
        ? JsonValue.Create(field.Categories[column.Values<int>()[row]])
        : field.Type.Element switch
        {
            DType.Int16 => JsonValue.Create((long)column.Values<short>()[row]),
            DType.Int64 => JsonValue.Create(column.Values<long>()[row]),
            DType.String when field.Type.Kind == FieldKind.List => ListOf(column, row),
            _ => JsonValue.Create(column.Text(row)!),
        };

    private static JsonArray ListOf(DuckDbVector column, int row)
    {
        DuckDbListEntry place = column.Values<DuckDbListEntry>()[row];
        JsonArray list = [];
        for (int i = 0; i < place.Length; i++)
            list.Add(JsonValue.Create(column.Child.Text((int)place.Offset + i)));
        return list;
    }

    /// <summary>A dataset whose row of every number is at that position.</summary>
    private sealed class EveryRow : ILayerRows
    {
        public Task<long[]> FindAsync(ObjectId[] ids, CancellationToken cancellationToken) =>
            Task.FromResult(Array.ConvertAll(ids, id => id.Number));

        public Task<PictureSizes?> SizesAsync(ObjectId[] ids, CancellationToken cancellationToken) => Task.FromResult<PictureSizes?>(null);

        public Task<IReadOnlyList<string>> SimilarAsync(ObjectId unknown, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<string>>([]);
    }
}
