using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;
using static Pile.Layers.Tests.LayerFixture;

namespace Pile.Layers.Tests;

/// <summary>The samples of format-spec/conformance/layers, and the JSON Schemas of their documents.</summary>
public class ConformanceTests
{
    private static readonly string Folder = Path.Combine(TestPaths.Root, "format-spec", "conformance", "layers");

    /// <summary>What a reader must reject, how it is made from the valid layer, and a part of the message.</summary>
    private static readonly (string Name, Action<string> Damage, string Finding)[] Invalid =
    [
        ("patch-changed", layer => Change(Directory.GetFiles(Path.Combine(layer, "data")).Order().First(), b => b[^20] ^= 1),
            "have changed"),
        ("patch-missing", layer => File.Delete(Directory.GetFiles(Path.Combine(layer, "data")).Order().First()), "missing"),
        ("commit-missing", layer => File.Delete(Path.Combine(layer, "commits", "00000002.json")), "is missing"),
        ("gap", layer => File.Delete(Path.Combine(layer, "commits", "00000003.json")), "behind a gap"),
        ("parent-of-another-layer", layer => Edit(layer, 1, json => json["parent"] = new string('0', 64)), "parent of commit 1"),
        ("message-changed", layer => Edit(layer, 1, json => json["message"] = "another"), "parent of commit 2"),
        ("time-runs-back", layer => Edit(layer, 3, json => json["time"] = "2026-01-01T00:00:00.000000Z"), "not after commit 2"),
        ("number-of-another-commit", layer => Edit(layer, 3, json => json["number"] = 7), "it is commit 7"),
        ("unknown-key", layer => Edit(layer, 3, json => json["colour"] = "red"), "unknown key 'colour'"),
        ("unknown-operation", layer => Edit(layer, 3, json => json["operations"]![0]!["op"] = "erase"), "no operation 'erase'"),
        ("unknown-type", layer => Edit(layer, 3, json => json["fields"]![0]!["type"] = "complex"), "unknown type"),
        ("narrower-type", layer => Edit(layer, 4, json => json["fields"]![0]!["type"] = "int8"), "does not represent"),
        ("fields-do-not-follow", layer => Edit(layer, 4, json => json["fields"]!.AsArray().RemoveAt(1)), "its fields are"),
        ("not-canonical", layer => Change(Path.Combine(layer, "commits", "00000003.json"), b => b[^1] = (byte)' '), "not JSON"),
        ("wrong-checksum", layer => Change(Path.Combine(layer, "tags", "v1.json"), b => b[Array.IndexOf(b, (byte)'A')] = (byte)'B'),
            "crc32c"),
        ("tag-moved", layer => Replace(Path.Combine(layer, "tags", "v1.json"), json => json["number"] = 3), "tag 'v1'"),
        ("newer-version", layer => File.WriteAllText(Path.Combine(layer, "layer.yaml"), Sealed(File.ReadAllText(Path.Combine(layer,
            "layer.yaml"))
            .Replace("pile_layer: \"1.0\"", "pile_layer: \"2.0\"", StringComparison.Ordinal))), "version 2.0"),
    ];

    public static TheoryData<string> InvalidNames() => [.. Invalid.Select(i => i.Name)];

    /// <summary>Makes the folder: PILE_CONFORMANCE=write dotnet test tests/Pile.Layers.Tests</summary>
    [Fact]
    public async Task Makes_the_samples()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PILE_CONFORMANCE") == "write",
            "Set PILE_CONFORMANCE=write to make format-spec/conformance/layers again.");
        // Samples that exist stay as they are: readers of today must read the bytes of earlier programs.
        foreach ((string name, Func<string, Task> make) in ((string, Func<string, Task>)[])[("valid", MakeAsync),
            ("boxes-and-blobs", MakeTargetsAsync), ("source", MakeSourceAsync), ("set-again", MakeSetAgainAsync),
            ("lists-of-texts", MakeListsAsync)])
            if (!Directory.Exists(Path.Combine(Folder, name)))
                await make(Path.Combine(Folder, name));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_layer_without_one_of_its_commits_is_not_read_as_a_shorter_one(int missing)
    {
        using TemporaryFolder folder = new();
        LayerStore store = await LayerStore.OpenAsync(Copy("valid", folder), null, default);
        File.Delete(folder[$"commits/{missing:D8}.json"]);
        LayerInvalidException e = await Assert.ThrowsAsync<LayerInvalidException>(async () =>
            await store.ReadAsync(1, await store.NewestAsync(default), default));
        Assert.Contains("missing", e.Message);
    }

    [Fact]
    public async Task The_layer_of_boxes_and_blobs_has_the_values_of_its_table()
    {
        string folder = Path.Combine(Folder, "boxes-and-blobs");
        LayerStore store = await LayerStore.OpenAsync(folder, null, default);
        Assert.Equal((2, 2, 0), await LayerVerification.RunAsync(store, default));
        Assert.Empty((await LayerValidation.RunAsync(store, default)).Findings);
        using LayerDatabase database = new(threads: 1);
        LayerSnapshot snapshot = LayerSnapshot.Of(store, await store.ResolveAsync(null, default));
        (LayerReplay replay, _) = await snapshot.ReplayAsync(default);
        string sql = new StateSql(replay, null, p => Path.Combine(store.Files.LocalRoot, LayerPaths.Patch(p.Operation.Patch))).Text();
        using DuckDbResult result = database.Connection.Query("SELECT concat_ws(' ', object_id, \"cells.x\", \"cells.y\", "
            + $"\"cells.width\", \"cells.height\", \"cells.class\", \"cells.score\"), thumb FROM ({sql}) ORDER BY object_id");
        List<string> rows = [];
        List<BlobReference> blobs = [];
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int i = 0; i < chunk.RowCount; i++)
            {
                rows.Add(chunk[0].Text(i)!);
                if (chunk[1].Text(i) is { } blob)
                    blobs.Add(BlobReference.Parse(blob, folder));
            }
        // Row 2: looked at, and nothing found. Row 3 has a class that the second commit added; row 4 has a thumbnail only.
        Assert.Equal(["1 [0.5, 10.0] [1.0, 20.0] [3.0, 4.0] [5.0, 0.0] [1, 0] [0.75, 1.0]", "2 [] [] [] [] [] []",
            "3 [1.0] [2.0] [3.0] [4.0] [2] [0.5]", "4"], rows);
        string[] read = new string[blobs.Count];
        await new BlobReader(snapshot).ReadAsync(blobs, (i, bytes) =>
        {
            read[i] = System.Text.Encoding.UTF8.GetString(bytes.Span);
            return Task.CompletedTask;
        }, default);
        Assert.Equal(["a text of 23 characters", "{}"], read);
        Assert.Equal(["text/plain", "application/json"], blobs.Select(b => b.Encoding));
    }

    [Fact]
    public async Task The_layer_of_lists_of_texts_has_the_values_of_its_table()
    {
        LayerStore store = await LayerStore.OpenAsync(Path.Combine(Folder, "lists-of-texts"), null, default);
        Assert.Equal((3, 3, 0), await LayerVerification.RunAsync(store, default));
        Assert.Empty((await LayerValidation.RunAsync(store, default)).Findings);
        foreach ((long number, string expected) in ((long, string)[])[
            (1, """1 ["blue","a, b",""] 3, 2 [], 3 ["é😀","[\"]"]"""), (3, """1 ["red","red"], 2 []""")])
        {
            (LayerReplay replay, _) = await LayerSnapshot.Of(store, await store.ReadCommitAsync(number, default)).ReplayAsync(default);
            using LayerDatabase database = new(threads: 1);
            using DuckDbResult result = database.Connection.Query("SELECT string_agg(concat_ws(' ', object_id, to_json(tags), "
                + "nullif(list_position(tags, ''), 0)), ', ' ORDER BY object_id) FROM ("
                + $"{new StateSql(replay, null, p => Path.Combine(store.Files.LocalRoot, LayerPaths.Patch(p.Operation.Patch))).Text()})");
            Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
            Assert.Equal(expected, chunk[0].Text(0));
        }
    }

    [Fact]
    public async Task Nulls_in_lists_are_found()
    {
        using TemporaryFolder folder = new();
        string layer = Copy("lists-of-texts", folder);
        ReplacePatch(layer, 2, "['a', NULL] AS tags");
        Finding finding = Assert.Single((await LayerValidation.RunAsync(await LayerStore.OpenAsync(layer, null, default), default))
            .Findings, f => f.Code == LayerFindingCodes.Patch);
        Assert.Contains("the list 'tags' of object_id 3 has a null (commit 2)", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("L003", "width")]
    [InlineData("L003", "class")]
    [InlineData("L003", "x")]
    [InlineData("L004", "")]
    public async Task Boxes_and_packs_that_are_not_valid_are_found(string code, string member)
    {
        using TemporaryFolder folder = new();
        string layer = Copy("boxes-and-blobs", folder);
        if (member.Length == 0)
            Change(Directory.GetFiles(Path.Combine(layer, "blobs"))[0], b => b[3] ^= 1);
        else
            ReplacePatch(layer, 2, "{'x': " + (member == "x" ? "[1, 2]" : "[1]") + "::DOUBLE[], 'y': [2]::DOUBLE[], 'width': "
                + (member == "width" ? "[-3]" : "[3]") + "::DOUBLE[], 'height': [4]::DOUBLE[], 'class': "
                + (member == "class" ? "['no']" : "['rbc']") + ", 'score': [0.5]::DOUBLE[]} AS cells");
        Finding finding = Assert.Single((await LayerValidation.RunAsync(await LayerStore.OpenAsync(layer, null, default), default))
            .Findings, f => f.Severity == FindingSeverity.Error);
        Assert.Equal(code, finding.Code);
        Assert.Contains(member.Length == 0 ? "have changed" : "of object_id 3", finding.Message);
    }

    [Fact]
    public async Task The_source_has_the_rows_of_its_scans_at_every_commit()
    {
        using TemporaryFolder folder = new();
        string source = Path.Combine(Folder, "source");
        Assert.Empty((await LayerValidation.RunAsync(await LayerStore.OpenAsync(source, null, default), default)).Findings);
        foreach ((string at, string expected) in ((string, string)[])[("@1", "a.png 33 3 2, b/c.txt 5"), ("@2", "a.png 33 3 2"),
            ("", "a.png 33 3 2 train")])
        {
            await using Reading.Dataset files = await Reading.Dataset.OpenAsync(source + at, new()
            {
                Storage = new()
                {
                    CacheFolder =
                folder["cache"]
                }
            });
            List<string> rows = [];
            await foreach (RowBatch batch in files.SqlAsync($"SELECT concat_ws(' ', path, size, width, height{(at == "" ? ", split" : "")})"
                + " AS t FROM d ORDER BY path"))
                for (int i = 0; i < batch.RowCount; i++)
                    rows.Add(((TextColumnData)batch["t"]).Text(i));
            Assert.Equal(expected, string.Join(", ", rows));
        }
    }

    [Fact]
    public async Task The_valid_layer_has_the_values_of_its_table()
    {
        LayerStore store = await LayerStore.OpenAsync(Path.Combine(Folder, "valid"), null, default);
        Assert.Equal((4, 3, 0), await LayerVerification.RunAsync(store, default));
        using LayerDatabase database = new(threads: 1);
        LayerCommit head = (await store.ResolveAsync(null, default))!;
        (LayerReplay replay, _) = await LayerSnapshot.Of(store, head).ReplayAsync(default);
        string sql = new StateSql(replay, null, p => Path.Combine(store.Files.LocalRoot, LayerPaths.Patch(p.Operation.Patch))).Text();
        using DuckDbResult result = database.Connection.Query($"SELECT format('{{}} {{}} {{}} {{}}', object_id, grade, kind, seen) "
            + $"FROM ({sql}) ORDER BY object_id");
        List<string> rows = [];
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int i = 0; i < chunk.RowCount; i++)
                rows.Add(chunk[0].Text(i) ?? "");
        // Row 2: a wider grade; row 3: its grade was taken away, so that format() of a NULL is NULL.
        Assert.Equal(["1 4 1 61041.5", "2 1099511627776 0 61041.5", ""], rows);
    }

    [Fact]
    public async Task The_layer_with_forgotten_values_has_those_that_were_set_again()
    {
        LayerStore store = await LayerStore.OpenAsync(Path.Combine(Folder, "set-again"), null, default);
        Assert.Equal((5, 2, 0), await LayerVerification.RunAsync(store, default));
        Assert.Empty((await LayerValidation.RunAsync(store, default)).Findings);
        using LayerDatabase database = new(threads: 1);
        foreach ((long number, string expected) in ((long, string)[])[(4, "2 6"), (5, "1 4, 2 5")])
        {
            LayerSnapshot snapshot = LayerSnapshot.Of(store, await store.ReadCommitAsync(number, default), isNewest: false);
            (LayerReplay replay, _) = await snapshot.ReplayAsync(default);
            Storage.LocalCopy[] copies = await snapshot.CopiesAsync(replay.Patches, default);
            using DuckDbResult result = database.Connection.Query("SELECT string_agg(format('{} {}', object_id, grade), ', ' ORDER BY "
                + $"object_id) FROM ({new StateSql(replay, null, p => copies[replay.Patches.ToList().IndexOf(p)].Path).Text()})");
            Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
            Assert.Equal(expected, chunk[0].Text(0));
        }
        LayerSnapshot first = LayerSnapshot.Of(store, await store.ReadCommitAsync(1, default), isNewest: false);
        Assert.Contains("forgotten by Cid in commit 4", (await Assert.ThrowsAsync<LayerInvalidException>(
            () => first.RequireRememberedAsync(default))).Message);
    }

    [Theory]
    [MemberData(nameof(InvalidNames))]
    public async Task An_invalid_layer_is_rejected_with_its_finding(string name)
    {
        (_, Action<string> damage, string finding) = Invalid.First(i => i.Name == name);
        using TemporaryFolder folder = new();
        damage(Copy("valid", folder));
        PileException e = await Assert.ThrowsAnyAsync<PileException>(async () =>
            await LayerVerification.RunAsync(await LayerStore.OpenAsync(folder.Path, null, default), default));
        Assert.Contains(finding, e.Message);
    }

    [Fact]
    public void The_schemas_accept_the_documents_and_reject_changed_ones()
    {
        string valid = Path.Combine(Folder, "valid"), commit = File.ReadAllText(Path.Combine(valid, "commits", "00000001.json"));
        string yaml = File.ReadAllText(Path.Combine(valid, "layer.yaml"));
        Assert.All(Verdicts("layer.schema.json", yaml, yaml.Replace("int64", "int32", StringComparison.Ordinal), yaml + "colour: red\n")
            .Zip([true, false, false]), v => Assert.Equal(v.Second, v.First));
        string[] commits = [.. Directory.GetDirectories(Folder).SelectMany(f => Directory.GetFiles(Path.Combine(f, "commits")))
            .Select(File.ReadAllText)];
        Assert.All(Verdicts("layer-commit.schema.json", commits), Assert.True);
        Assert.All(Verdicts("layer-commit.schema.json", commit.Replace("\"op\":\"set\"", "\"op\":\"erase\"", StringComparison.Ordinal),
            commit.Replace("\"number\":1", "\"number\":0", StringComparison.Ordinal), commit.Replace("int16", "int17",
                StringComparison.Ordinal)),
            Assert.False);
    }

    private static async Task MakeAsync(string folder)
    {
        LayerStore store = await LayerStore.CreateAsync(folder, new LayerManifest
        {
            Name = "sample",
            HasTextIds = false,
            Key = "conformance",
            DatasetName = "sample",
            DatasetRoot = new string('5', 64),
        }.ToBytes(), null, default);
        using LayerDatabase database = new(threads: 1);
        PatchStage stage = new(store, database, null);
        LayerEditor editor = new(store, () => database);
        StageOptions types = new()
        {
            Types = new Dictionary<string, FieldType> { ["kind"] = FieldType.Label, ["seen"] = FieldType.Time },
            SourceName = "grades.csv",
            SourceSha256 = new string('a', 64),
        };
        PatchDraft first = await stage.SetAsync(Batches(Ids(1, 2, 3), Column<short>("mark", 4, 5, 6), Text("kind", "star", "galaxy",
            "star"),
            Text("seen", "2026-01-01T12:00:00Z", "2026-01-01T12:00Z", null)), "object_id", [], types, default);
        LayerCommit head = await editor.CommitAsync(LayerChange.Of(first, "Ann", "first round"), null, default);
        await LayerTag.CreateAsync(store, "v1", head, "Ann", default);
        head = await editor.CommitAsync(LayerChange.Of(new LayerOperation
        {
            Kind = OperationKind.RenameField,
            Field = "mark",
            To =
            "grade"
        },
            "Ben", "the usual name"), head, default);
        PatchDraft wider = await stage.SetAsync(Batches(Ids(2), Column("grade", 1L << 40)), "object_id", head.Fields, new StageOptions(),
            default);
        head = await editor.CommitAsync(LayerChange.Of(wider, "Ben", "second round"), head, default);
        PatchDraft unset = await stage.UnsetAsync([new ObjectId(3)], [head.FindField("grade")!], new StageOptions(), default);
        await editor.CommitAsync(LayerChange.Of(unset, "Cid", "was a plane"), head, default);
    }

    // Commits 1, 3 and 5 set the same values, and commit 4 forgets them: of these, those of commit 5 are in force.
    private static async Task MakeSetAgainAsync(string folder)
    {
        LayerStore store = await LayerStore.CreateAsync(folder, new LayerManifest
        {
            Name = "set-again",
            HasTextIds = false,
            Key = "conformance of values that are set again",
            DatasetName = "sample",
            DatasetRoot = new string('5', 64),
        }.ToBytes(), null, default);
        using LayerDatabase database = new(threads: 1);
        PatchStage stage = new(store, database, null);
        LayerEditor editor = new(store, () => database);
        LayerCommit? head = null;
        foreach (string author in (string[])["Ann", "Ben", "Ann", "Cid", "Ann"])
            if (author == "Cid")
                head = (await LayerForget.RunAsync(store, [1, 3], author, "wrong night", () => database, default)).Commit;
            else
                head = await editor.CommitAsync(LayerChange.Of(await stage.SetAsync(author == "Ann"
                    ? Batches(Ids(1, 2), Column<short>("grade", 4, 5)) : Batches(Ids(2), Column<short>("grade", 6)), "object_id",
                    head is null ? [] : head.Fields, new StageOptions(), default), author, "grades"), head, default);
    }

    private static async Task MakeTargetsAsync(string folder)
    {
        LayerStore store = await LayerStore.CreateAsync(folder, new LayerManifest
        {
            Name = "targets",
            HasTextIds = false,
            Key = "conformance of boxes and blobs",
            DatasetName = "sample",
            DatasetRoot = new string('5', 64),
        }.ToBytes(), null, default);
        using TemporaryFolder files = new();
        File.WriteAllText(files["a.txt"], "a text of 23 characters");
        File.WriteAllText(files["b.json"], "{}");
        using LayerDatabase database = new(threads: 1);
        PatchStage stage = new(store, database, null);
        LayerEditor editor = new(store, () => database);
        StageOptions types = new()
        {
            Types = new Dictionary<string, FieldType> { ["cells"] = FieldType.BoxesOf(BoxMembers.None), ["thumb"] = FieldType.Blob },
            BlobFolder = files.Path,
        };
        PatchDraft first = await stage.SetAsync(Batches(Ids(1, 2, 4), Text("cells", """
            [{"x": 0.5, "y": 1, "width": 3, "height": 5, "class": "wbc", "score": 0.75},
             {"x": 10, "y": 20, "width": 4, "height": 0, "class": "platelet", "score": 1}]
            """, "[]", null), Text("thumb", "a.txt", null, "b.json")), "object_id", [], types, default);
        LayerCommit head = await editor.CommitAsync(LayerChange.Of(first, "Ann", "first pictures"), null, default);
        PatchDraft second = await stage.SetAsync(Batches(Ids(3), Text("cells", """[{"x": 1, "y": 2, "width": 3, "height": 4, """
            + "\"class\": \"rbc\", \"score\": 0.5}]")), "object_id", head.Fields, new StageOptions(), default);
        await editor.CommitAsync(LayerChange.Of(second, "Ben", "a new class"), head, default);
    }

    private static async Task MakeListsAsync(string folder)
    {
        LayerStore store = await LayerStore.CreateAsync(folder, new LayerManifest
        {
            Name = "lists-of-texts",
            HasTextIds = false,
            Key = "conformance of lists of texts",
            DatasetName = "sample",
            DatasetRoot = new string('5', 64),
        }.ToBytes(), null, default);
        using LayerDatabase database = new(threads: 1);
        PatchStage stage = new(store, database, null);
        LayerEditor editor = new(store, () => database);
        PatchDraft first = await stage.SetAsync(Batches(Ids(1, 2, 3), Texts("tags", ["blue", "a, b", ""], [], ["é😀", "[\"]"])),
            "object_id", [], new StageOptions(), default);
        LayerCommit head = await editor.CommitAsync(LayerChange.Of(first, "Ann", "tags"), null, default);
        PatchDraft second = await stage.SetAsync(Batches(Ids(3), Texts("tags", (string[]?)null)), "object_id", head.Fields,
            new StageOptions(), default);
        head = await editor.CommitAsync(LayerChange.Of(second, "Ben", "none"), head, default);
        PatchDraft third = await stage.SetAsync(Batches(Ids(1), Texts("tags", ["red", "red"])), "object_id", head.Fields,
            new StageOptions(), default);
        await editor.CommitAsync(LayerChange.Of(third, "Ben", "other tags"), head, default);
    }

    private static TextColumnData Texts(string name, params string[]?[] lists) =>
        TextColumnData.FromLists(new ColumnSchema { Name = name, DType = DType.String, Shape = [ColumnSchema.Ragged] }, lists);

    private static async Task MakeSourceAsync(string folder)
    {
        using TemporaryFolder files = new();
        string pictures = files["pictures"];
        Directory.CreateDirectory(Path.Combine(pictures, "b"));
        // A PNG header of 3 × 2 pixels.
        File.WriteAllBytes(Path.Combine(pictures, "a.png"), [0x89, .. "PNG\r\n\u001A\n\0\0\0\rIHDR"u8,
            0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0,
            0, 0, 0, 0]);
        File.WriteAllText(Path.Combine(pictures, "b", "c.txt"), "12345");
        ScanOptions options = new() { Sniffs = true, Checksums = true, Author = "Ann", Storage = new() { CacheFolder = files["cache"] } };
        string source = files["source"]; // beside the pictures, so that its address does not say where the sample was made
        await SourceScan.RunAsync(pictures, source, options, default);
        File.Delete(Path.Combine(pictures, "b", "c.txt"));
        await SourceScan.RunAsync(pictures, source, options, default);
        LayerStore store = await LayerStore.OpenAsync(source, null, default);
        LayerCommit head = (await store.ResolveAsync(null, default))!;
        using LayerDatabase database = new(threads: 1);
        PatchDraft split = await new PatchStage(store, database, null).SetAsync(Batches(Text("path", "a.png"),
            Text("split", "train")), "path", head.Fields, new StageOptions(), default);
        await new LayerEditor(store, () => database).CommitAsync(LayerChange.Of(split, "Ben", "splits"), head, default);
        Copy(source, folder);
    }

    private static string Copy(string sample, TemporaryFolder folder)
    {
        Copy(Path.Combine(Folder, sample), folder.Path);
        return folder.Path;
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    // A patch of row 3 with another value, whose commit is right.
    private static void ReplacePatch(string layer, int commit, string value)
    {
        string path = Path.Combine(layer, "data", "new.parquet");
        using (LayerDatabase database = new(threads: 1))
            database.Connection.Execute($"COPY (SELECT 3::BIGINT AS object_id, {value}) TO {DuckDbSql.Literal(path)} "
                + "(FORMAT parquet)");
        byte[] bytes = File.ReadAllBytes(path);
        string sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        File.Move(path, Path.Combine(layer, "data", $"{sha256}.parquet"));
        Edit(layer, commit, json =>
        {
            JsonNode set = json["operations"]!.AsArray().First(o => o!["op"]!.GetValue<string>() == "set")!;
            set["patch"] = sha256;
            set["bytes"] = bytes.Length;
        });
    }

    private static void Edit(string layer, int number, Action<JsonObject> edit) =>
        Replace(Path.Combine(layer, "commits", $"{number:D8}.json"), edit);

    private static void Replace(string path, Action<JsonObject> edit)
    {
        JsonObject json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        edit(json);
        File.WriteAllBytes(path, CanonicalJson.Write(json));
    }

    private static void Change(string path, Action<byte[]> change)
    {
        byte[] bytes = File.ReadAllBytes(path);
        change(bytes);
        File.WriteAllBytes(path, bytes);
    }

    private static string Sealed(string yaml)
    {
        string body = yaml[..yaml.IndexOf("crc32c", StringComparison.Ordinal)];
        return body + ManifestChecksum.LineFor(body);
    }

    /// <summary>Returns whether a schema accepts documents, by ajv.</summary>
    private static IEnumerable<bool> Verdicts(string schema, params string[] documents)
    {
        string folder = Path.Combine(TestPaths.Root, "tests", "schemas");
        using Process process = Process.Start(new ProcessStartInfo("node")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            ArgumentList = { Path.Combine(folder, "check.mjs") },
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(JsonSerializer.Serialize(new
        {
            schema = Path.Combine(TestPaths.Root, "format-spec", schema),
            documents = documents.Select((text, i) => new { name = $"{i}", text }),
        }));
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        JsonElement verdicts = JsonDocument.Parse(output.Result).RootElement;
        return documents.Select((_, i) => verdicts.GetProperty($"{i}").ValueKind == JsonValueKind.Null);
    }
}
