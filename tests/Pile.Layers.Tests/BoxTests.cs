using System.Text.Json;
using Pile.Format;
using Pile.Reading;
using Pile.Tables;
using Pile.TestKit;
using Pile.Writing;
using Pile.Writing.Tests;
using static Pile.Layers.Tests.LayerFixture;

namespace Pile.Layers.Tests;

/// <summary>Boxes of layers: every way to write them, what is read, and what is rejected.</summary>
public sealed class BoxTests(LayerFixture fixture) : IClassFixture<LayerFixture>
{
    /// <summary>Prints the boxes of each id of a CSV file with one box in each row, by pandas.</summary>
    private const string Grouped = """
        import json, sys
        import pandas as pd
        frame = pd.read_csv(sys.argv[1], float_precision='round_trip')
        for id, rows in frame.groupby('object_id'):
            rows = rows.dropna()
            print(json.dumps([int(id)] + [rows[f'cells.{m}'].tolist() for m in ('x', 'y', 'width', 'height', 'class', 'score')]))
        """;

    [Fact]
    public async Task A_box_in_each_row_lists_in_each_row_and_text_give_the_boxes_that_pandas_groups()
    {
        Random random = new(5);
        string csv = Path.Combine(fixture.Folder, "cells.csv");
        File.WriteAllLines(csv, ["object_id,cells.x,cells.y,cells.width,cells.height,cells.class,cells.score", "250,,,,,,",
            .. Enumerable.Range(0, 500).Select(i => FormattableString.Invariant($"{random.Next(200)},{random.Next(-50, 50)}.5,")
                + FormattableString.Invariant($"{random.NextDouble()},{random.Next(3)},{random.NextDouble()},")
                + FormattableString.Invariant($"c{random.Next(4)},{i / 8.0}"))]);
        string[] expected = Python.Run(Grouped, csv).TrimEnd().Split('\n');
        string rows = await SetAsync(csv);
        Assert.Equal(expected.Select(Values), (await ReadAsync(rows)).Select(Values));

        string json = Path.Combine(fixture.Folder, "cells.jsonl"), text = Path.Combine(fixture.Folder, "text.jsonl");
        File.WriteAllLines(json, expected.Select(line => $$"""{"object_id": {{Id(line)}}, "cells": {{ObjectsOf(line)}}}"""));
        File.WriteAllLines(text, expected.Select(line =>
            $$"""{"object_id": {{Id(line)}}, "cells": {{JsonSerializer.Serialize(ObjectsOf(line))}}}"""));
        Assert.Equal(expected.Select(Values), (await ReadAsync(await SetAsync(json, asked: null))).Select(Values));
        Assert.Equal(expected.Select(Values), (await ReadAsync(await SetAsync(text))).Select(Values));
    }

    [Fact]
    public async Task No_value_and_no_box_differ_and_conditions_use_members_and_names_of_classes()
    {
        const string rbc = """{"x": 5, "y": 1, "width": 1, "height": 1, "class": "rbc"}""";
        string table = Write("a.jsonl", $$"""
            {"object_id": 1, "cells": [{"x": 0, "y": 0, "width": 2, "height": 3, "class": "wbc"}, {{rbc}}]}
            {"object_id": 2, "cells": []}
            {"object_id": 3, "cells": null}
            {"object_id": 4, "cells": [{"x": 9, "y": 9, "width": 0, "height": 0, "class": "rbc"}]}
            """);
        string layer = await SetAsync(table, asked: null);
        await using (Dataset dataset = await OpenAsync(layer))
        {
            Assert.Equal(3, await dataset.CountAsync(dataset.Query().Where("cells.x IS NOT NULL")));
            Assert.Equal(1, await dataset.CountAsync(dataset.Query().Where("len(cells.x) = 0")));
            Assert.Equal(1, await dataset.CountAsync(dataset.Query().Where("list_contains(cells.class, 'wbc')")));
            Assert.Equal(2, await dataset.CountAsync(dataset.Query().Where("list_has(\"cells.class\", 'rbc')")));
            ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() =>
                dataset.CountAsync(dataset.Query().Where("list_contains(cells.class, 'rbcs')")));
            Assert.Contains("rbc", e.Message);
            ColumnSchema column = dataset.LayeredManifest.Columns.Single(c => c.Name == "cells.class");
            Assert.Equal(("cells", "rbc wbc"), (column.Nested, string.Join(' ', column.Categories.Select(c => c.Name))));
        }
        // Classes of a later table are appended; the text of a row is replaced, and an empty one takes the value away.
        await SetAsync(Write("b.csv", "object_id,cells\n2,\"[{\"\"x\"\":1,"
            + "\"\"y\"\":1,\"\"width\"\":1,\"\"height\"\":1,\"\"class\"\":\"\"platelet\"\"}]\"\n4,\n"),
            layer: layer);
        Assert.Equal(["""[1,[0,5],[0,1],[2,1],[3,1],["wbc","rbc"]]""", """[2,[1],[1],[1],[1],["platelet"]]"""], await ReadAsync(layer));
        await using (LayerWorkspace open = await fixture.OpenAsync(layer))
            await open.WriteStateAsync(default);
        await SetAsync(Write("c.csv", "object_id,cells\n1,[]\n"), layer: layer); // on top of the state
        Assert.Equal(["[1,[],[],[],[],[]]", """[2,[1],[1],[1],[1],["platelet"]]"""], await ReadAsync(layer));
        Assert.Empty((await LayerValidation.RunAsync(await LayerStore.OpenAsync(layer, null, default), default)).Findings);
    }

    [Theory]
    [InlineData("object_id,cells\n1,\"[[1,2,-3,4]]\"", "box 0 with width -3")]
    [InlineData("object_id,cells\n1,\"[[1,2,3,4],[1,1e999,3,4]]\"", "box 1 with y Infinity")]
    [InlineData("object_id,cells\n1,\"[[1,2,3]]\"", "3 numbers instead of 4")]
    [InlineData("object_id,cells\n1,\"[[1,2,3,\"\"4\"\"]]\"", "instead of a number")]
    [InlineData("object_id,cells\n1,\"[[1,2,3,4\"", "not JSON")]
    [InlineData("object_id,cells\n1,\"[[[[[[1]]]]]]\"", "not JSON")]
    [InlineData("object_id,cells\n1,\"{\"\"x\"\":1}\"", "not a list")]
    [InlineData("object_id,cells\n1,\"[{\"\"x\"\":1,\"\"x\"\":2,\"\"y\"\":1,\"\"width\"\":1,\"\"height\"\":1}]\"", "not JSON")]
    [InlineData("object_id,cells\n1,\"[{\"\"x\"\":1,\"\"y\"\":1,\"\"w\"\":1,\"\"h\"\":1}]\"", "no number 'width'")]
    [InlineData("object_id,cells\n1,\"[{\"\"x\"\":1,\"\"y\"\":1,\"\"width\"\":1,\"\"height\"\":1,\"\"label\"\":\"\"a\"\"}]\"", "'label'")]
    [InlineData("object_id,cells\n1,\"[{\"\"x\"\":1,\"\"y\"\":1,\"\"width\"\":1,\"\"height\"\":1,\"\"class\"\":\"\"\"\"}]\"",
        "empty class")]
    [InlineData("object_id,cells\n1,\"[{\"\"x\"\":1,\"\"y\"\":1,\"\"width\"\":1,\"\"height\"\":1,\"\"class\"\":3}]\"",
        "box 0, which has 3 as 'class' instead of a text, is not")]
    [InlineData("object_id,cells\n1,\"[{\"\"x\"\":1,\"\"y\"\":1,\"\"width\"\":1,\"\"height\"\":1,\"\"score\"\":\"\"a\"\"}]\"",
        "box 0, which has \"a\" as 'score' instead of a number, is not")]
    [InlineData("object_id,cells\n1,\"[{\"\"x\"\":1,\"\"y\"\":1,\"\"width\"\":1,\"\"height\"\":1,\"\"class\"\":\"\"a\"\"},[1,2,3,4]]\"",
        "box 1 with x, y, width, height is not")]
    [InlineData("object_id,cells\n1,[]\n1,[]", "is not unique")]
    [InlineData("object_id,cells.x,cells.y,cells.width,cells.height\n1,1,1,nan,1", "width NaN")]
    [InlineData("object_id,cells.x,cells.y,cells.width,cells.height\n1,1,,1,1\n2,1,1,1,1", "not both")]
    [InlineData("object_id,cells.x,cells.y,cells.width,cells.height\n1,1,a,1,1", "'a' as 'y'")]
    public async Task A_box_that_is_not_valid_is_rejected_with_its_row(string csv, string finding)
    {
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() => SetAsync(Write("bad.csv", csv)));
        Assert.Contains(finding, e.Message);
    }

    [Theory]
    [InlineData("object_id,cells.x,cells.y,cells.width\n1,1,1,1", "no column 'cells.height'")]
    [InlineData("object_id,cells.x,cells.y,cells.width,cells.height,mag\n1,1,1,1,1,1", "a table of their own")]
    [InlineData("object_id,cells.x,cells.y,cells.width,cells.height,cells.area\n1,1,1,1,1,1", "not a member")]
    [InlineData("object_id,cell\n1,[]", "no column 'cells'")]
    [InlineData("object_id,cells\n1,5", "does not have boxes")]
    public async Task A_table_whose_columns_are_not_boxes_is_rejected(string csv, string finding)
    {
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => SetAsync(Write("bad.csv", csv)));
        Assert.Contains(finding, e.Message);
    }

    [Theory]
    [InlineData("cells.class", "float64", "'cells.class' of 'table' is a member of the boxes 'cells', and cannot have the type float64")]
    [InlineData("cells.score", "string", "'cells.score' of 'table' is a member of the boxes 'cells', and cannot have the type string")]
    [InlineData("cells.clas", "string", "no column 'cells.clas' for the type string. Similar names: 'cells.class'")]
    [InlineData("q", "string", "no column 'q' for the type string. The names are cells.x, cells.y, cells.width, cells.height")]
    [InlineData("cells.class", "string", null)]
    public async Task A_type_of_a_member_of_boxes_is_rejected_unless_it_is_its_own(string column, string type, string? finding)
    {
        string table = Write("member.csv", "object_id,cells.x,cells.y,cells.width,cells.height,cells.class,cells.score\n1,1,2,3,4,a,0.5");
        Assert.True(FieldType.TryParse(type, out FieldType? parsed));
        Task<string> set = SetAsync(table, further: (column, parsed.Value));
        if (finding is null)
            Assert.Equal(["""[1,[1],[2],[3],[4],["a"],[0.5]]"""], await ReadAsync(await set));
        else
            Assert.Contains(finding, (await Assert.ThrowsAsync<ArgumentException>(() => set)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Boxes_and_other_fields_must_not_share_a_name()
    {
        string layer = await SetAsync(Write("d.csv", "object_id,cells\n1,\"[[1,2,3,4]]\""));
        await Assert.ThrowsAsync<ArgumentException>(() => SetAsync(Write("e.csv",
            "object_id,cells\n1,\"[{\"\"x\"\":1,\"\"y\"\":1,\"\"width\"\":1,\"\"height\"\":1,\"\"score\"\":1}]\""), layer: layer));
        await fixture.SetAsync(layer, Ids(1), Text("note", "a"));
        await using LayerWorkspace open = await fixture.OpenAsync(layer);
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => open.CommitAsync(LayerChange.Of(
            new LayerOperation { Kind = OperationKind.RenameField, Field = "note", To = "CELLS.x" }, "Ann", "m"), default));
        Assert.Contains("would have the name", e.Message);
    }

    [Fact]
    public async Task A_box_outside_of_its_picture_is_rejected_with_the_size_of_the_picture()
    {
        using TemporaryFolder folder = new();
        string pictures = folder["pictures"], source = folder["source"];
        Directory.CreateDirectory(pictures);
        // A PNG header of 30 × 20 pixels.
        File.WriteAllBytes(Path.Combine(pictures, "a.png"), [0x89, .. "PNG\r\n\u001A\n\0\0\0\rIHDR"u8,
            0, 0, 0, 30, 0, 0, 0, 20, 8, 2, 0, 0, 0,
            0, 0, 0, 0]);
        await SourceScan.RunAsync(pictures, source, new ScanOptions { Sniffs = true }, default);
        await SetAsync(Write("in.csv", "path,cells\na.png,\"[[0,0,30,20],[29.9995,0,0.001,1]]\""), layer: source, id: "path");
        foreach (string box in (string[])["[0,0,30.1,20]", "[-1,0,3,3]", "[0,19,1,2]", "[100,100,1,1]"])
        {
            ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() =>
                SetAsync(Write("out.csv", $"path,cells\na.png,\"[[0,0,1,1],{box}]\""), layer: source, id: "path"));
            Assert.Contains("is not inside its picture of 30 × 20 pixels. Clip the boxes", e.Message);
        }
    }

    [Fact]
    public async Task A_box_of_a_layer_of_a_source_is_inside_of_its_picture_too()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["pictures"]);
        File.WriteAllBytes(folder["pictures/a.png"], [0x89, .. "PNG\r\n\u001A\n\0\0\0\rIHDR"u8, 0, 0, 0, 30, 0, 0, 0, 20, 8, 2, 0, 0, 0,
            0, 0, 0, 0]);
        File.WriteAllText(folder["pictures/b.txt"], "no picture, so that every box is accepted");
        await SourceScan.RunAsync(folder["pictures"], folder["source"], new ScanOptions { Sniffs = true }, default);
        await using (Dataset source = await Dataset.OpenAsync(folder["source"], fixture.Options))
            await LayerWorkspace.CreateAsync(folder["layer"], source, null, default);
        await SetAsync(Write("in.csv", "object_id,cells\na.png,\"[[0,0,30,20]]\"\nb.txt,\"[[0,0,99,99]]\""), layer: folder["layer"],
            dataset: folder["source"]);
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() => SetAsync(Write("out.csv",
            "object_id,cells\na.png,\"[[0,0,31,20]]\""), layer: folder["layer"], dataset: folder["source"]));
        Assert.Contains("30 × 20", e.Message);
    }

    [Fact]
    public async Task The_picture_of_a_row_of_images_has_its_own_size()
    {
        using TemporaryFolder folder = new();
        await using (DatasetWriter writer = DatasetWriter.Create(folder["images"],
            Zoo.Spec with { Modality = "image", Order = 0, Aliases = [] },
            new WriterSettings { Workers = 1 }))
        {
            using (UnitSpill spill = writer.BeginUnit("u", Zoo.Source("u.fits")))
            {
                spill.Append(new RowBatch([Ids(1, 2), new ColumnData<double>(Zoo.Common("ra", DType.Float64), new[] { 1.0, 2 }),
                    new ColumnData<double>(Zoo.Common("dec", DType.Float64), new[] { 1.0, 2 }),
                    new ColumnData<float>(Modality.Get("image").Find("image_array")!.With(DType.Float32, [1, ColumnSchema.Ragged,
                        ColumnSchema.Ragged]), new float[6 + 20], [1, 2, 3, 1, 4, 5]),
                    TextColumnData.From(Modality.Get("image").Find("image_band")!.With(DType.String, [1]), ["r", "r"])]));
                spill.Complete();
            }
            await writer.CommitAsync();
        }
        string layer = folder["layer"];
        await using (Dataset images = await Dataset.OpenAsync(folder["images"], fixture.Options))
            await LayerWorkspace.CreateAsync(layer, images, null, default);
        await SetAsync(Write("in.csv", "object_id,cells\n1,\"[[0,0,3,2]]\"\n2,\"[[0,0,5,4]]\""), layer: layer, dataset: folder["images"]);
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() => SetAsync(Write("out.csv",
            "object_id,cells\n2,\"[[0,0,5,4]]\"\n1,\"[[0,0,5,4]]\""), layer: layer, dataset: folder["images"]));
        Assert.Contains("3 × 2", e.Message);
    }

    private string Write(string name, string content)
    {
        string path = Path.Combine(fixture.Folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    private async Task<string> SetAsync(string table, string? asked = "box", string? layer = null, string id = "object_id",
        string? dataset = null, (string Column, FieldType Type)? further = null)
    {
        layer ??= await fixture.NewLayerAsync();
        await using LayerWorkspace open = await LayerWorkspace.OpenAsync(layer, dataset ?? (id == "path" ? null : fixture.Dataset),
            fixture.Options, default);
        await using ITableReader reader = await TableReader.OpenAsync(table);
        Dictionary<string, FieldType> types = [];
        if (asked is not null && FieldType.TryParse(asked, out FieldType? type))
            types["cells"] = type.Value;
        if (further is { } stated)
            types[stated.Column] = stated.Type;
        PatchDraft patch = await open.StageAsync(reader.ReadAsync(), id, new StageOptions
        {
            Types = types,
            SourceName = "table",
            SourceSha256 = new string('a', 64),
        }, default);
        await open.CommitAsync(LayerChange.Of(patch, "Ann", "test"), default);
        return layer;
    }

    private Task<Dataset> OpenAsync(string layer) => Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] });

    /// <summary>Returns the rows with a value as JSON lists: id, then the lists of members, with names of classes.</summary>
    private async Task<List<string>> ReadAsync(string layer)
    {
        await using Dataset dataset = await OpenAsync(layer);
        string[] columns = [.. dataset.LayeredManifest.Columns.Where(c => c.Nested == "cells").Select(c => c.Name)];
        List<string> lines = [];
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Where("cells.x IS NOT NULL").OrderBy("object_id")
            .Columns(["object_id", .. columns])))
            for (int i = 0; i < batch.RowCount; i++)
                lines.Add(JsonSerializer.Serialize(new object[] { batch.Values<long>("object_id")[i] }.Concat(columns.Select(object (c) =>
                    batch[c] is ColumnData<int> codes ? codes.Row(i).ToArray().Select(code => codes.Schema.Categories[code].Name).ToArray()
                        : ((ColumnData<double>)batch[c]).Row(i).ToArray()))));
        return lines;
    }

    // Python writes 1.0 where .NET writes 1.
    private static string Values(string line) => JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement[]>(line)!.Select(e =>
        e.ValueKind == JsonValueKind.Array ? string.Join(' ', e.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Number
            ? FormattableString.Invariant($"{v.GetDouble()}") : v.GetString())) : e.GetRawText()));

    private static long Id(string line) => JsonSerializer.Deserialize<JsonElement[]>(line)![0].GetInt64();

    private static string ObjectsOf(string line)
    {
        JsonElement[][] members = [.. JsonSerializer.Deserialize<JsonElement[]>(line)![1..].Select(m => m.EnumerateArray().ToArray())];
        string[] names = ["x", "y", "width", "height", "class", "score"];
        return JsonSerializer.Serialize(Enumerable.Range(0, members[0].Length).Select(i =>
            names.Select((name, m) => (name, members[m][i])).ToDictionary(p => p.name, p => p.Item2)));
    }
}
