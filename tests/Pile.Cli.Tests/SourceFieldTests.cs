using System.Text.Json;
using Pile.DuckDb;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>Fields that users set on a source itself.</summary>
public sealed class SourceFieldTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public SourceFieldTests()
    {
        Directory.CreateDirectory(folder["files"]);
        foreach (string name in (string[])["a.txt", "b.txt", "c.txt"])
            File.WriteAllText(folder[$"files/{name}"], name);
        Assert.Equal(0, PileProgram.Run("scan", folder["files"], "--out", folder["s"]).ExitCode);
    }

    public void Dispose() => folder.Dispose();

    [Theory] // a condition, and the files that meet it by the values below
    [InlineData("len(cells.x) > 1", "a.txt")]
    [InlineData("CELLS.score[1] = 0.5 AND size = 5", "a.txt")]
    [InlineData("\"cells.width\"[1] = 3", "a.txt", Traits = ["Run", "Long"])]
    [InlineData("list_contains(cells.class, 'rbc')", "a.txt")]
    [InlineData("len(cells.x) = 0", "b.txt")]
    [InlineData("cells IS NULL", "c.txt", Traits = ["Run", "Long"])]
    [InlineData("cells.x IS NOT NULL", "a.txt", "b.txt")]
    public void Boxes_are_columns_of_the_source(string condition, params string[] expected)
    {
        SetBoxes();
        Assert.Equal(expected, Paths("query", folder["s"], "--where", condition, "--columns", "path"));
    }

    [Fact]
    public void Reviews_are_of_datasets()
    {
        Assert.Contains("is a source, which lists files. 'pile source report'", PileProgram.RunToError(2, "review", folder["s"], "--out",
            folder["r.html"]), StringComparison.Ordinal);
        Assert.False(File.Exists(folder["r.html"]));
    }

    [Fact]
    public void All_verbs_read_boxes_of_a_source()
    {
        SetBoxes();
        JsonElement first = PileProgram.RunToJson("query", folder["s"], "--limit", "1")[0];
        Assert.Equal("[1,10] [2.5,20] [3,30] [4,40] [1,0] [0.5,0.25]", string.Join(' ', ((string[])["x", "y", "width", "height", "class",
            "score"]).Select(m => first.GetProperty($"cells.{m}").GetRawText().Replace(".0", "", StringComparison.Ordinal))));
        Assert.Equal("[{\"n\":2}]", PileProgram.RunToJson("sql", folder["s"], "SELECT sum(len(\"cells.x\")) AS n FROM d").GetRawText());
        Assert.Equal(0, PileProgram.Run("source", "report", folder["s"], "--out", folder["r.html"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("query", folder["s"], "--where", "size > 1", "--save", folder["q.query.yaml"]).ExitCode);
        Assert.Equal(3, PileProgram.RunToJson("query", folder["q.query.yaml"]).GetArrayLength());
        ProgramResult exported = PileProgram.Run("export", folder["s"], "--format", "parquet", "--out", folder["x"]);
        Assert.True(exported.ExitCode == 0, exported.Error);
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
        using DuckDbConnection connection = database.Connect();
        using DuckDbResult result = connection.Query($"SELECT coalesce(\"cells.x\"::VARCHAR, 'null') FROM "
            + $"read_parquet({DuckDbSql.Literal(folder["x/*.parquet"])}) ORDER BY object_id",
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.TryNextChunk(out DuckDbChunk? chunk));
        Assert.Equal(["[1.0, 10.0]", "[]", "null"], Enumerable.Range(0, chunk.RowCount).Select(i => chunk[0].Text(i)));
    }

    [Theory]
    [InlineData("picture")]
    [InlineData("PICTURE")]
    public void Blobs_of_a_source_are_read_as_their_bytes(string column)
    {
        File.WriteAllBytes(folder["one.bin"], [1, 2, 3, 0, 255]);
        File.WriteAllText(folder["t.csv"], "path,picture\nb.txt,one.bin\n");
        Assert.Equal(0, PileProgram.Run("layer", "set", folder["s"], folder["t.csv"], "--as", "picture=blob", "--message", "m").ExitCode);
        ProgramResult read = PileProgram.Run("read", folder["s"], "--id", "b.txt", "--columns", column, "--out", folder["out"]);
        Assert.True(read.ExitCode == 0, read.Error);
        Assert.Equal([1, 2, 3, 0, 255], File.ReadAllBytes(folder["out/b.txt.picture.bin"]));
        Assert.Single(Directory.GetFiles(folder["out"]));
    }

    [Fact]
    public void Fields_that_a_scan_sets_are_rejected_and_can_be_those_of_a_layer_of_the_source()
    {
        File.WriteAllText(folder["t.csv"], "path,size,Fault,split\na.txt,77,none,train\n");
        string error = PileProgram.RunToError(2, "layer", "set", folder["s"], folder["t.csv"], "--message", "m");
        Assert.Contains($"Scans of source '{folder["s"]}' set 'size', 'Fault', so that they are no fields of users. Rename the columns, "
            + $"leave them out, or set them in a layer of the source: 'pile layer create NAME --of {folder["s"]}'", error,
            StringComparison.Ordinal);
        Assert.Equal(5, PileProgram.RunToJson("query", folder["s"], "--where", "path = 'a.txt'")[0].GetProperty("size").GetInt32());

        Assert.Equal(0, PileProgram.Run("layer", "create", folder["l"], "--of", folder["s"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("layer", "set", folder["l"], folder["t.csv"], "--id", "path", "--message", "m").ExitCode);
        Assert.Equal(["a.txt"], Paths("query", folder["s"], "--layer", $"own={folder["l"]}", "--where", "own_size = 77 AND size = 5",
            "--columns", "path"));
    }

    private void SetBoxes()
    {
        const string first = """{"x": 1, "y": 2.5, "width": 3, "height": 4, "class": "wbc", "score": 0.5}""",
            second = """{"x": 10, "y": 20, "width": 30, "height": 40, "class": "rbc", "score": 0.25}""";
        File.WriteAllLines(folder["cells.jsonl"], [$$"""{"path": "a.txt", "cells": [{{first}}, {{second}}]}""",
            """{"path": "b.txt", "cells": []}"""]);
        ProgramResult set = PileProgram.Run("layer", "set", folder["s"], folder["cells.jsonl"], "--as", "cells=box", "--message", "m");
        Assert.True(set.ExitCode == 0, set.Error);
    }

    private static string[] Paths(params string[] arguments) =>
        [.. PileProgram.RunToJson(arguments).EnumerateArray().Select(row => row.GetProperty("path").GetString()!).Order()];
}
