using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary>Tables without positions, from <c>build</c> to every verb, compared with pandas, h5py and hashlib.</summary>
public sealed class HashPartitionTests : IDisposable
{
    private const int Count = 1200;

    private readonly TemporaryFolder folder = new();

    private readonly RepeatedBuilds builds;

    public HashPartitionTests(RepeatedBuilds builds)
    {
        this.builds = builds;
        Write("photos.csv", Enumerable.Range(0, Count));
    }

    [Fact]
    public void Rows_and_keys_are_those_of_the_table()
    {
        Build("photos.csv", "d");
        Python.Run("""
            import glob, hashlib, sys
            import h5py, pandas
            table = pandas.read_csv(sys.argv[1]).set_index('path')
            found = {}
            for path in glob.glob(sys.argv[2] + '/main/key=*/*.hdf5'):
                with h5py.File(path) as shard:
                    assert 'ra' in shard and shard['ra'].attrs['role'] == 'native' and 'frame' not in shard.attrs
                    for id, key, size in zip(shard['object_id'].asstr()[:], shard['key'][:], shard['size'][:]):
                        assert key == int.from_bytes(hashlib.sha256(id.encode()).digest()[:8], 'big') >> 4, id
                        found[id] = size
            assert found == table['size'].to_dict(), len(found)
            """, folder["photos.csv"], folder["d"]);
        Assert.Equal(0, PileProgram.Run("validate", folder["d"], "--deep").ExitCode);
        JsonElement info = PileProgram.Run("info", folder["d"], "--json").Json;
        Assert.Equal(("1.1", Count), (info.GetProperty("format_version").GetString(), info.GetProperty("rows").GetInt32()));
        Assert.Equal((JsonValueKind.Null, 0), (info.GetProperty("order").ValueKind, info.GetProperty("bits").GetInt32()));
    }

    [Fact]
    public void Rows_are_found_by_id_condition_and_sql()
    {
        Build("photos.csv", "d");
        string id = "dir3/bild ü17.jpg";
        File.WriteAllText(folder["ids"], $"{id}\nnope\n");
        Assert.Equal([51], Sizes(PileProgram.Run("query", folder["d"], "--ids", folder["ids"], "--json")));
        Assert.Equal([51], Sizes(PileProgram.Run("query", folder["d"], "--where", $"object_id = '{id}'", "--json")));
        Assert.Equal(Count / 2, PileProgram.Run("query", folder["d"], "--where", "label = 'a'", "--json").Json.GetArrayLength());
        Assert.Equal(Count, PileProgram.Run("sql", folder["d"], "SELECT count(*) AS n FROM d WHERE key >= 0", "--json")
            .Json[0].GetProperty("n").GetInt32());
        Assert.Equal(0, PileProgram.Run("read", folder["d"], "--id", id, "--columns", "size", "--format", "json", "--out", folder["r"])
            .ExitCode);
        Assert.Contains("\"value\":51", File.ReadAllText(Directory.GetFiles(folder["r"]).Single()), StringComparison.Ordinal);
        JsonElement stream = PileProgram.Run("stream", folder["d"], "--columns", "size", "--shuffle", "1", "--json").Json;
        Assert.Equal(Count, stream.GetProperty("rows").GetInt32());
    }

    [Theory]
    [InlineData("query", "{0}", "--cone", "1,1,1")]
    [InlineData("query", "{0}", "--box", "1,1,2,2")]
    [InlineData("crossmatch", "{0}", "{0}", "--radius", "1", "--out", "{1}.csv")]
    [InlineData("export", "{0}", "--format", "hats", "--out", "{1}")]
    [InlineData("export", "{0}", "--format", "mmu", "--out", "{1}")]
    public void Verbs_of_positions_say_that_there_are_none(params string[] arguments)
    {
        Build("photos.csv", "d");
        ProgramResult result = PileProgram.Run([.. arguments.Select(a => string.Format(a, folder["d"], folder["out"]))]);
        Assert.Equal(2, result.ExitCode);
        string error = Assert.Single(result.ErrorLines);
        Assert.Contains($"needs rows with positions, but those of dataset '{folder["d"]}' have none", error, StringComparison.Ordinal);
        Assert.Contains(arguments[0] == "export" ? "The formats fits and parquet" : "Select rows by id or by a condition", error,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path, "out*"));
    }

    [Fact]
    public void Parts_copies_and_concatenations_are_valid_and_complete()
    {
        Build("photos.csv", "d", "--set", "options.bits=3");
        Run("copy", folder["d"], folder["whole"]);
        Assert.Equal(Fingerprint.Of(folder["d"]), Fingerprint.Of(folder["whole"]));
        Run("copy", folder["d"], folder["low"], "--cells", "0,1,2");
        Run("copy", folder["d"], folder["high"], "--where", "key >= 3 * (1::BIGINT << 57)");
        Run("concat", folder["low"], folder["high"], "--out", folder["again"]);
        foreach (string part in (string[])["low", "high", "again"])
            Assert.Equal(0, PileProgram.Run("validate", folder[part], "--deep").ExitCode);
        Assert.Equal(Values("d"), Values("again"));
        Assert.Equal(Values("d"), [.. Values("low"), .. Values("high")]);
    }

    [Fact]
    public void Appended_rows_give_the_bytes_of_a_full_build_and_share_the_cells_without_new_rows()
    {
        Write("a.csv", Enumerable.Range(0, Count));
        Write("b.csv", Enumerable.Range(Count, 2));
        Recipe("v1.yaml", 1, "a.csv");
        Recipe("v2.yaml", 2, "a.csv, b.csv");
        Run("build", folder["v1.yaml"], "--out", folder["v1"]);
        JsonElement appended = Run("build", folder["v2.yaml"], "--append", folder["v1"], "--out", folder["v2"], "--json").Json;
        Run("build", folder["v2.yaml"], "--out", folder["full"]);
        Assert.Equal(Fingerprint.Of(folder["full"]), Fingerprint.Of(folder["v2"]));
        Assert.InRange(appended.GetProperty("shared_shards").GetInt32(), 6, 7);
    }

    [Fact]
    public void A_lost_index_is_replaced_by_the_shards_and_rebuilt()
    {
        Build("photos.csv", "d", "--set", "options.bits=2");
        List<string> values = Values("d");
        string before = Fingerprint.Of(folder["d"]);
        Directory.Delete(folder["d/main/index"], recursive: true);
        Assert.Equal(values, Values("d"));
        Run("index", "rebuild", folder["d"]);
        Assert.Equal(before, Fingerprint.Of(folder["d"]));
    }

    [Fact]
    public void A_table_without_positions_is_rejected_with_the_option_that_accepts_it()
    {
        ProgramResult result = PileProgram.Run("build", "--from", folder["photos.csv"], "--out", folder["d"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("or --partition hash for a table without positions", result.Error, StringComparison.Ordinal);
        ProgramResult both = PileProgram.Run("build", "--from", folder["photos.csv"], "--partition", "hash", "--ra", "ra", "--out",
            folder["d"]);
        Assert.Equal(2, both.ExitCode);
        Assert.Contains("belongs to positions", both.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Row_numbers_of_several_tables_are_ids_without_gaps()
    {
        Write("a.csv", Enumerable.Range(0, 40));
        Write("b.csv", Enumerable.Range(40, 30));
        Run("build", "--from", folder["a.csv"], "--from", folder["b.csv"], "--partition", "hash", "--id", "row", "--out", folder["d"]);
        Assert.Equal(0, PileProgram.Run("validate", folder["d"], "--deep").ExitCode);
        Assert.Equal(Enumerable.Range(0, 70), Run("query", folder["d"], "--columns", "object_id", "--sort", "object_id", "--json")
            .Json.EnumerateArray().Select(row => row.GetProperty("object_id").GetInt32()));
    }

    public void Dispose() => folder.Dispose();

    private void Write(string name, IEnumerable<int> rows) => File.WriteAllLines(folder[name],
        ["path,size,label,ra", .. rows.Select(i => $"dir{i % 7}/bild ü{i}.jpg,{i * 3},{"ab"[i % 2]},{i} h")]);

    private void Recipe(string name, int version, string files) => File.WriteAllText(folder[name], $$"""
        pile: 1
        name: photos
        version: {{version}}
        provenance: { project: p, survey: s, instrument: i, release: r }
        licence: CC0-1.0
        citation: none
        source: { kind: table, files: [{{files}}], id: path, partition: hash }
        options: { bits: 3 }
        """);

    private void Build(string table, string name, params string[] more) =>
        builds.OfTable(folder[table], folder[name], ["--partition", "hash", "--id", "path", .. more]);

    private static ProgramResult Run(params string[] arguments)
    {
        ProgramResult result = PileProgram.Run(arguments);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        return result;
    }

    private List<string> Values(string dataset) =>
        [.. Run("query", folder[dataset], "--columns", "object_id,key,size,label", "--json").Json.EnumerateArray()
            .Select(row => row.GetRawText())];

    private static IEnumerable<int> Sizes(ProgramResult result) =>
        result.Json.EnumerateArray().Select(row => row.GetProperty("size").GetInt32());
}
