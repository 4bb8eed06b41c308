using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary><c>pile diff</c> of layers.</summary>
public sealed class LayerDiffTests(BuiltDatasets built) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Changed_values_are_those_that_pandas_finds()
    {
        PileProgram.RunToJson("layer", "create", folder["notes"], "--of", built.Gaia);
        string[] ids = [.. PileProgram.RunToJson("query", built.Gaia, "--columns", "object_id", "--limit", "40").EnumerateArray()
            .Select(row => row.GetProperty("object_id").ToString())];
        Set("1", "object_id,score,kind", (id, i) => $"{id},{i},star");
        Set("2", "object_id,score,kind", (id, i) => i % 3 == 0 ? $"{id},{i * i},star" : $"{id},{i},galaxy");
        PileProgram.RunToJson("layer", "unset", folder["notes"], "score", "--id", ids[4], "--message", "gone");
        foreach (string at in (string[])["1", "3"])
            PileProgram.RunToJson("query", built.Gaia, "--layer", $"{folder["notes"]}@{at}", "--columns", "object_id,score,kind", "--out",
                folder[$"at{at}.csv"]);
        Assert.Equal(1, PileProgram.Run("diff", $"{folder["notes"]}@1", folder["notes"], "--rows", folder["rows.csv"]).ExitCode);
        Assert.Equal("same", Python.Run("""
            import sys
            import pandas as pd
            before, after, rows = (pd.read_csv(p, dtype=str, keep_default_na=False) for p in sys.argv[1:])
            for table in (before, after):
                table['kind'] = table['kind'].map(lambda code: ['star', 'galaxy'][int(code)] if code else '')
            both = before.merge(after, on='object_id', suffixes=('_a', '_b'))
            wanted = {(r['object_id'], f, r[f + '_a'], r[f + '_b']) for _, r in both.iterrows() for f in ('score', 'kind')
                if r[f + '_a'] != r[f + '_b']}
            found = set(rows.itertuples(index=False, name=None))
            print('same' if wanted == found and len(wanted) > 30 else (wanted, found))
            """, folder["at1.csv"], folder["at3.csv"], folder["rows.csv"]).Trim());
        Assert.Equal(0, PileProgram.Run("diff", $"{folder["notes"]}@2", $"{folder["notes"]}@2").ExitCode);

        void Set(string name, string header, Func<string, int, string> line)
        {
            File.WriteAllLines(folder[$"{name}.csv"], [header, .. ids.Select(line)]);
            PileProgram.RunToJson("layer", "set", folder["notes"], folder[$"{name}.csv"], "--message", name, "--as", "kind=label");
        }
    }

    [Theory] // values of three rows, the field's type and the type that the last commit makes it, and the number of equal values in numpy
    [InlineData("float32", "float64", "0.1|0.5|-0.0", "0.1|0.25|0.0")]
    [InlineData("float32", "float64", "NaN|3e38|1.5", "0.2|NaN|-inf", Traits = ["Run", "Long"])]
    [InlineData("int16", "int64", "1|-2|32767", "1|2|9007199254740993", Traits = ["Run", "Long"])]
    [InlineData("int16", "float64", "1|-2|32767", "1|0.5|-0.5")]
    [InlineData("int32", "float64", "16777217|0|-2147483648", "16777216|0.5|1e300", Traits = ["Run", "Long"])]
    [InlineData("list<int16>", "list<float64>", "[1, 2]|[]|[3]", "[1, 2]|[1]|[0.5]")]
    [InlineData("list<float32>", "list<float64>", "[0.1, NaN]|[0.5]|[]", "[0.1]|[0.3]|[]")]
    public void Equal_numbers_of_two_types_are_not_changed(string type, string wider, string first, string second)
    {
        string layer = folder["notes"];
        PileProgram.RunToJson("layer", "create", layer, "--of", built.Gaia);
        string[] ids = [.. PileProgram.RunToJson("query", built.Gaia, "--columns", "object_id", "--sort", "object_id", "--limit", "6")
            .EnumerateArray().Select(row => row.GetProperty("object_id").ToString())];
        Set(first, ids[..3], type);
        Set(second, ids[3..], wider); // the values before are of the wider type then
        ProgramResult diff = PileProgram.Run("diff", $"{layer}@1", layer, "--rows", folder["rows.csv"]);
        Assert.Equal(1, diff.ExitCode);
        Assert.Contains($"~ field f ({type} to {wider})", diff.Output, StringComparison.Ordinal);
        Assert.Equal(ids[3..], File.ReadLines(folder["rows.csv"]).Skip(1).Select(line => line.Split(',')[0]));

        // As numpy: of the values that the second layer has for the first rows, those that are the same number are not listed.
        PileProgram.RunToJson("layer", "create", folder["other"], "--of", built.Gaia);
        layer = folder["other"];
        Set(second, ids[..3], wider);
        string[] expected = Python.Run("""
            import sys, json
            import numpy as np
            names = {'float32': 'f4', 'float64': 'f8', 'int16': 'i2', 'int32': 'i4', 'int64': 'i8'}
            def values(texts, type):
                dtype = names[type.split('<')[-1].rstrip('>')]
                return [np.array(json.loads(t.replace('-inf', '-Infinity')), dtype) for t in texts.split('|')]
            for id, a, b in zip(sys.argv[5:], values(sys.argv[1], sys.argv[3]), values(sys.argv[2], sys.argv[4])):
                if a.shape != b.shape or [v.item() for v in np.ravel(a)] != [v.item() for v in np.ravel(b)] \
                    or (np.signbit(a) != np.signbit(b)).any(): print(id)
            """, [first, second, type, wider, .. ids[..3]]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        PileProgram.Run("diff", $"{folder["notes"]}@1", layer, "--rows", folder["other.csv"]);
        Assert.Equal(expected, File.ReadLines(folder["other.csv"]).Skip(1).Select(line => line.Split(',')[0]));

        void Set(string values, string[] ids, string type)
        {
            File.WriteAllLines(folder["set.csv"], ["object_id,f", .. ids.Zip(values.Split('|'), (id, value) => $"{id},\"{value}\"")]);
            PileProgram.RunToJson("layer", "set", layer, folder["set.csv"], "--message", "m", "--as", $"f={type}");
        }
    }

    [Fact]
    public void NaN_is_one_value_whatever_its_bits()
    {
        string id = PileProgram.RunToJson("query", built.Gaia, "--columns", "object_id", "--limit", "1")[0].GetProperty("object_id")
            .ToString();
        PileProgram.RunToJson("layer", "create", folder["notes"], "--of", built.Gaia);
        File.WriteAllText(folder["text.csv"], $"object_id,score\n{id},NaN\n");
        Python.Run("""
            import sys, struct
            import numpy as np
            from astropy.table import Table
            nan = np.frombuffer(struct.pack('<Q', int(sys.argv[3])), 'f8')
            Table({'object_id': np.array([int(sys.argv[2])]), 'score': nan}).write(sys.argv[1])
            """, folder["bits.fits"], id, $"{0x7FF8_0000_0000_0001}");
        foreach (string table in (string[])["text.csv", "bits.fits"])
            PileProgram.RunToJson("layer", "set", folder["notes"], folder[table], "--message", table, "--as", "score=float64");
        Assert.Equal(0, PileProgram.Run("diff", $"{folder["notes"]}@1", $"{folder["notes"]}@2").ExitCode);
        Assert.StartsWith("score = NaN  commit 2", PileProgram.Run("layer", "blame", folder["notes"], "--id", id).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Commits_of_a_source_differ_by_path_and_a_dataset_is_no_side_of_a_source()
    {
        string files = folder["files"], source = folder["source"];
        Directory.CreateDirectory(files);
        File.WriteAllText(Path.Combine(files, "a.txt"), "a");
        File.WriteAllText(Path.Combine(files, "b.txt"), "b");
        Assert.Equal(0, PileProgram.Run("scan", files, "--out", source).ExitCode);
        File.Delete(Path.Combine(files, "a.txt"));
        File.WriteAllText(Path.Combine(files, "b.txt"), "longer");
        File.WriteAllText(Path.Combine(files, "c.txt"), "c");
        Assert.Equal(0, PileProgram.Run("scan", files, "--out", source).ExitCode);
        Assert.Equal(1, PileProgram.Run("diff", $"{source}@1", source, "--rows", folder["rows.csv"]).ExitCode);
        Assert.Equal(["a.txt,size,1,", "b.txt,size,1,6", "c.txt,size,,1"],
            File.ReadAllLines(folder["rows.csv"]).Where(l => l.Contains(",size,", StringComparison.Ordinal)));
        Assert.Equal(0, PileProgram.Run("diff", source, source).ExitCode);
        ProgramResult mixed = PileProgram.Run("diff", source, built.Gaia);
        Assert.Equal(2, mixed.ExitCode);
        Assert.Contains($"'{source}' is a source, but '{built.Gaia}' is not", mixed.Error);
    }

    [Fact]
    public void Values_of_added_and_removed_fields_are_counted_and_listed()
    {
        string layer = folder["notes"];
        PileProgram.RunToJson("layer", "create", layer, "--of", built.Gaia);
        string[] ids = [.. PileProgram.RunToJson("query", built.Gaia, "--columns", "object_id", "--sort", "object_id", "--limit", "3")
            .EnumerateArray().Select(row => row.GetProperty("object_id").ToString())];
        File.WriteAllLines(folder["a.csv"], ["object_id,score,kind", .. ids.Select((id, i) => $"{id},{i},star")]);
        PileProgram.RunToJson("layer", "set", layer, folder["a.csv"], "--message", "one", "--as", "kind=label");
        PileProgram.RunToJson("layer", "drop-field", layer, "score");
        File.WriteAllLines(folder["b.csv"], ["object_id,grade,kind", $"{ids[0]},7,star", $"{ids[1]},,galaxy"]);
        PileProgram.RunToJson("layer", "set", layer, folder["b.csv"], "--message", "two");
        ProgramResult text = PileProgram.Run("diff", $"{layer}@1", layer, "--rows", folder["rows.csv"]);
        Assert.Equal(1, text.ExitCode);
        Assert.Contains("+ field grade (int64), 1 value\n- field score (int64), 3 values\n~ 1 value of kind\n", text.Output,
            StringComparison.Ordinal);
        Assert.Equal(["object_id,field,before,after", $"{ids[0]},grade,,7", $"{ids[0]},score,0,", $"{ids[1]},kind,star,galaxy",
            $"{ids[1]},score,1,", $"{ids[2]},score,2,"], File.ReadAllLines(folder["rows.csv"]));
        JsonElement changed = JsonDocument.Parse(PileProgram.Run("diff", $"{layer}@1", layer, "--json").Output).RootElement
            .GetProperty("changed");
        Assert.Equal((1, 3, 1), (changed.GetProperty("grade").GetInt64(), changed.GetProperty("score").GetInt64(),
            changed.GetProperty("kind").GetInt64()));
    }

    [Fact]
    public void Rows_of_commits_with_equal_values_are_a_table_without_rows()
    {
        string layer = folder["notes"];
        PileProgram.RunToJson("layer", "create", layer, "--of", built.Gaia);
        string id = PileProgram.RunToJson("query", built.Gaia, "--columns", "object_id", "--limit", "1")[0].GetProperty("object_id")
            .ToString();
        File.WriteAllLines(folder["a.csv"], ["object_id,score", $"{id},1"]);
        PileProgram.RunToJson("layer", "set", layer, folder["a.csv"], "--message", "one");
        PileProgram.RunToJson("layer", "rename-field", layer, "score", "grade");
        Assert.Equal(1, PileProgram.Run("diff", $"{layer}@1", layer, "--rows", folder["renamed.csv"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("diff", layer, layer, "--rows", folder["same.parquet"]).ExitCode);
        Assert.Equal(["object_id,field,before,after", $"{id},grade,,1", $"{id},score,1,"], File.ReadAllLines(folder["renamed.csv"]));
        Assert.Equal(0, PileProgram.Run("diff", layer, layer, "--rows", folder["same.csv"]).ExitCode);
        Assert.Equal(["object_id,field,before,after"], File.ReadAllLines(folder["same.csv"]));
        Assert.True(File.Exists(folder["same.parquet"]));
    }

    [Fact]
    public void Several_commits_are_forgotten_together_and_files_that_others_need_stay()
    {
        string layer = folder["notes"];
        PileProgram.RunToJson("layer", "create", layer, "--of", built.Gaia);
        string id = PileProgram.RunToJson("query", built.Gaia, "--columns", "object_id", "--limit", "1")[0].GetProperty("object_id")
            .ToString();
        File.WriteAllLines(folder["a.csv"], ["object_id,score", $"{id},1"]);
        PileProgram.RunToJson("layer", "set", layer, folder["a.csv"], "--message", "one");
        PileProgram.RunToJson("layer", "set", layer, folder["a.csv"], "--message", "again");
        ProgramResult alone = PileProgram.Run("layer", "forget", layer, "--commit", "1", "--message", "m", "--yes");
        Assert.Equal(2, alone.ExitCode);
        Assert.Contains("--commit 1 --commit 2", alone.Error);
        JsonElement both = PileProgram.RunToJson("layer", "forget", layer, "--commit", "1", "--commit", "2", "--message", "m", "--yes");
        Assert.Equal((3, 0), (both.GetProperty("commit").GetInt64(), both.GetProperty("kept_for").GetArrayLength()));
        Assert.Empty(Directory.GetFiles(Path.Combine(layer, "data")));
    }

    public void Dispose() => folder.Dispose();
}
