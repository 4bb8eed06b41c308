using System.Security.Cryptography;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>The example of docs/sources.md, and wrong uses.</summary>
public class SourceCommandTests
{
    [Theory] // the columns of ids of a table, and the options that name them
    [InlineData("path")]
    [InlineData("object_id", Traits = ["Run", "Long"])]
    [InlineData("id")]
    [InlineData("path", "--id", "path", Traits = ["Run", "Long"])]
    [InlineData("name", "--id", "name")]
    public void Ids_of_a_table_that_is_set_are_in_the_column_path(string column, params string[] named)
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["files"]);
        foreach (string name in (string[])["007", "7", "a.txt"])
            File.WriteAllText(folder[$"files/{name}"], name);
        Assert.Equal(0, PileProgram.Run("scan", folder["files"], "--out", folder["source"]).ExitCode);
        File.WriteAllText(folder["t.csv"], $"{column},class\n007,x\n7,y\n");
        ProgramResult set = PileProgram.Run(["layer", "set", folder["source"], folder["t.csv"], "--message", "m", .. named]);
        Assert.True(set.ExitCode == 0, set.Error);
        PileProgram.RunToJson("query", folder["source"], "--columns", "path,class", "--sort", "path", "--out", folder["rows.csv"]);
        Assert.Equal("007 x,7 y,a.txt ", Python.Run("""
            import sys, pandas
            rows = pandas.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
            print(','.join(rows['path'] + ' ' + rows['class']))
            """, folder["rows.csv"]).TrimEnd('\n'));
    }

    [Fact]
    public void A_field_cannot_have_the_name_of_the_ids()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["files"]);
        File.WriteAllText(folder["files/1"], "a");
        Assert.Equal(0, PileProgram.Run("scan", folder["files"], "--out", folder["source"]).ExitCode);
        File.WriteAllText(folder["t.csv"], "object_id,path,q\n1,01.txt,9\n");
        Assert.Contains("a source has its ids in the column 'path', so that it is no field. Name it with --id path, rename it, or leave it "
            + "out.", PileProgram.RunToError(2, "layer", "set", folder["source"], folder["t.csv"], "--message", "m"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_without_a_column_of_ids_is_an_error_with_the_names_that_are_looked_for()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["files"]);
        File.WriteAllText(folder["files/a"], "a");
        Assert.Equal(0, PileProgram.Run("scan", folder["files"], "--out", folder["source"]).ExitCode);
        File.WriteAllText(folder["t.csv"], "file,class\na,x\n");
        Assert.Contains("has no column 'object_id' or 'path' or 'id': name the column of ids with --id",
            PileProgram.RunToError(2, "layer", "set", folder["source"], folder["t.csv"], "--message", "m"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_of_an_empty_folder_is_reported_as_empty()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["files"]);
        Assert.Equal(0, PileProgram.Run("scan", folder["files"], "--out", folder["source"]).ExitCode);
        foreach (string[] use in (string[][])[["--columns", "size"], ["--where", "size > 1"]])
            Assert.Contains("has no files, and without files no column 'size'",
                PileProgram.RunToError(2, ["query", folder["source"], .. use]), StringComparison.Ordinal);
        Assert.Contains("the source has no files", PileProgram.RunToError(2, "build", "--from", folder["source"], "--out", folder["d"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_of_the_documentation_runs()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, os
            from PIL import Image
            os.makedirs(sys.argv[1] + '/photos/deep'); os.chdir(sys.argv[1] + '/photos')
            Image.new('RGB', (40, 30), 'red').save('a.png'); Image.new('L', (8, 9)).save('old.png')
            Image.new('RGB', (50, 20), 'blue').save('deep/b.jpg'); Image.new('RGB', (40, 30), 'red').save('deep/copy.png')
            open('broken.png', 'w').write('no picture'); open('notes.txt', 'w').write('text')
            """, folder.Path);
        string[] lines = File.ReadAllLines(Path.Combine(TestPaths.Root, "docs", "sources.md"));
        string[] example = [.. lines.SkipWhile(l => l != "## An example").TakeWhile(l => l != "## Scanning").Where(l => l.StartsWith("    ",
            StringComparison.Ordinal)).Select(l => l.Trim())];
        Assert.Equal(10, example.Length);
        ProgramResult result = PileProgram.RunInShell($$"""
            set -e; pile() { "$0" "$@" || [ $? = 3 ]; }; cd "$1"; export PILE_CACHE="$1/cache"
            {{string.Join('\n', example)}}
            pile info packed --json > packed.json; pile read packed --limit 9 --columns content --out read --quiet
            """, folder.Path);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Matches("deep/copy.png +[0-9]+ +40 +30", result.Output);
        Assert.Matches("image/png +3 ", result.Output);
        Assert.Contains("\"removed\": 1", result.Output);
        Assert.Contains("\"object_id\":\"old.png\"", result.Output.Replace(" ", "", StringComparison.Ordinal));
        using JsonDocument packed = JsonDocument.Parse(File.ReadAllText(folder["packed.json"]));
        Assert.Equal(3, packed.RootElement.GetProperty("rows").GetInt64());
        byte[] read = File.ReadAllBytes(folder["read/deep%2Fb.jpg.content.npy"]), original = File.ReadAllBytes(folder["photos/deep/b.jpg"]);
        Assert.Equal(SHA256.HashData(original), SHA256.HashData(read.AsSpan(read.Length - original.Length)));
        Assert.Contains("skipped: broken.png: ", result.Error);
        Assert.Contains("broken.png", File.ReadAllText(folder["indexed/skipped.csv"]));
        Assert.Equal(File.ReadAllText(folder["indexed/skipped.csv"]), File.ReadAllText(folder["packed/skipped.csv"]));
        string page = File.ReadAllText(folder["photos.html"]);
        Assert.All((string[])["image/png", "40 × 30", "a.png · deep/copy.png", "broken.png"], text => Assert.Contains(text, page));
        Assert.DoesNotContain("src=\"http", page);
        Assert.False(Directory.Exists(folder["sources/photos"]));
        Assert.True(File.Exists(folder["photos/a.png"]));
    }

    [Fact]
    public void A_file_with_another_checksum_is_not_packed_though_its_size_and_time_are_the_same()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["files"]);
        foreach (string name in (string[])["a", "b"])
            File.WriteAllText(folder[$"files/{name}.txt"], name);
        Assert.Equal(0, PileProgram.Run("scan", folder["files"], "--out", folder["s"], "--checksums").ExitCode);
        DateTime time = File.GetLastWriteTimeUtc(folder["files/a.txt"]);
        File.WriteAllText(folder["files/a.txt"], "x");
        File.SetLastWriteTimeUtc(folder["files/a.txt"], time);
        ProgramResult packed = PileProgram.Run("build", "--from", folder["s"], "--filter", "true", "--out", folder["d"]);
        Assert.Equal(3, packed.ExitCode);
        Assert.Contains("skipped: a.txt: was changed since the scan (another SHA-256", packed.Error, StringComparison.Ordinal);
        Assert.Equal("b.txt", Assert.Single(PileProgram.RunToJson("query", folder["d"], "--columns", "path").EnumerateArray())
            .GetProperty("path").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("@2")]
    public void Fields_of_a_source_that_a_dataset_of_it_does_not_have_are_named_and_become_a_layer(string version)
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["files"]);
        foreach (string name in (string[])["a.txt", "b.txt"])
            File.WriteAllText(folder[$"files/{name}"], name);
        Assert.Equal(0, PileProgram.Run("scan", folder["files"], "--out", folder["s"]).ExitCode);
        ProgramResult plain = PileProgram.Run("build", "--from", folder["s"], "--filter", "true", "--out", folder["p"]);
        Assert.DoesNotContain("rebase", plain.Error, StringComparison.Ordinal);
        File.WriteAllText(folder["t.csv"], "path,split,score\na.txt,train,0.5\n");
        Assert.Equal(0, PileProgram.Run("layer", "set", folder["s"], folder["t.csv"], "--message", "m").ExitCode);
        string source = folder["s"] + version;
        ProgramResult built = PileProgram.Run("build", "--from", source, "--filter", "true", "--out", folder["d"]);
        Assert.Equal(0, built.ExitCode);
        Assert.Contains($"the dataset does not have the fields split, score of the source; 'pile layer rebase {source} --of {folder["d"]} "
            + "--out LAYER' makes", built.Error, StringComparison.Ordinal);
        ProgramResult rebased = PileProgram.Run("layer", "rebase", source, "--of", folder["d"], "--out", folder["l"]);
        Assert.True(rebased.ExitCode == 0, rebased.Error);
        Assert.Equal("a.txt", Assert.Single(PileProgram.RunToJson("query", folder["d"], "--layer", $"own={folder["l"]}", "--where",
            "own_split = 'train' AND own_score = 0.5", "--columns", "path").EnumerateArray()).GetProperty("path").GetString());
    }

    [Theory]
    [InlineData("b\\c.txt", "--by-reference")]
    [InlineData("b\\c.txt")]
    [InlineData("d.txt ")]
    public void A_file_whose_name_a_dataset_cannot_have_is_skipped(string bad, params string[] options)
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["files"]);
        foreach (string name in (string[])[bad, "d.txt"])
            File.WriteAllText(folder[$"files/{name}"], name);
        Assert.Equal(0, PileProgram.Run("scan", folder["files"], "--out", folder["s"]).ExitCode);
        ProgramResult built = PileProgram.Run(["build", "--from", folder["s"], "--filter", "true", "--out", folder["d"], .. options]);
        Assert.Equal(3, built.ExitCode);
        Assert.Contains($"skipped: {bad}: its name", built.Error, StringComparison.Ordinal);
        Assert.Contains("rename it", built.Error, StringComparison.Ordinal);
        ProgramResult valid = PileProgram.Run("validate", folder["d"]);
        Assert.True(valid.ExitCode == 0, valid.Output + valid.Error);
        Assert.Equal("d.txt", Assert.Single(PileProgram.RunToJson("query", folder["d"], "--columns", "path").EnumerateArray())
            .GetProperty("path").GetString());
    }

    [Fact]
    public void Blanks_at_the_end_of_a_path_are_a_part_of_it()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["files"]);
        foreach (string name in (string[])["a", "a ", " a"])
            File.WriteAllText(folder[$"files/{name}"], name);
        Assert.Equal(0, PileProgram.Run("scan", folder["files"], "--out", folder["s"]).ExitCode);
        Assert.Equal(0, PileProgram.Run("layer", "create", folder["l"], "--of", folder["s"]).ExitCode);
        File.WriteAllText(folder["t.jsonl"], "{\"path\": \"a \", \"v\": 2}\n{\"path\": \" a\", \"v\": 3}\n");
        File.WriteAllText(folder["ids"], "a \n");
        Assert.Equal(0, PileProgram.Run("layer", "set", folder["l"], folder["t.jsonl"], "--id", "path", "--message", "m").ExitCode);
        Assert.Equal(" a=3,a=,a =2", Values());
        Assert.Equal("a ", Assert.Single(PileProgram.RunToJson("query", folder["s"], "--ids", folder["ids"], "--columns", "path")
            .EnumerateArray()).GetProperty("path").GetString());
        Assert.Equal(0, PileProgram.Run("layer", "unset", folder["l"], "v", "--ids", folder["ids"], "--message", "m").ExitCode);
        Assert.Equal(" a=3,a=,a =", Values());

        string Values() => string.Join(',', PileProgram.RunToJson("query", folder["s"], "--layer", folder["l"], "--columns", "path,v",
            "--sort", "path").EnumerateArray().Select(row => $"{row.GetProperty("path").GetString()}={row.GetProperty("v")}"));
    }

    [Fact]
    public void A_picture_with_the_name_of_another_format_is_packed_and_a_source_of_faults_says_how_to_list_them()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["files"]);
        File.WriteAllText(folder["files/a.jpg"], "no picture");
        Assert.Equal(0, PileProgram.Run("scan", folder["files"], "--out", folder["s"], "--sniff").ExitCode);
        string error = PileProgram.RunToError(1, "build", "--from", folder["s"], "--out", folder["d"]);
        Assert.Contains("but its content is text/plain", error, StringComparison.Ordinal);
        Assert.Contains("--where \"fault IS NOT NULL\"", error, StringComparison.Ordinal);
        Assert.DoesNotContain("adopt", error, StringComparison.Ordinal);
        File.Copy(TestPaths.Data("pictures/pngsuite/basn6a16.png"), folder["files/b.jpg"]);
        Assert.Equal(0, PileProgram.Run("scan", folder["files"], "--out", folder["s"], "--sniff").ExitCode);
        Assert.Equal(3, PileProgram.Run("build", "--from", folder["s"], "--out", folder["d"]).ExitCode);
        JsonElement row = Assert.Single(PileProgram.RunToJson("query", folder["d"], "--columns", "path,media_type,width").EnumerateArray());
        Assert.Equal(("b.jpg", "image/png", 32), (row.GetProperty("path").GetString(), row.GetProperty("media_type").GetString(),
            row.GetProperty("width").GetInt32()));
    }

    [Fact]
    public void A_report_is_described_by_one_JSON_document()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["files"]);
        File.WriteAllText(folder["files/a.txt"], "four");
        File.WriteAllText(folder["files/b.txt"], "three");
        Assert.Equal(0, PileProgram.Run("scan", folder["files"], "--out", folder["s"]).ExitCode);
        JsonElement json = PileProgram.RunToJson("source", "report", folder["s"], "--out", folder["p.html"]);
        Assert.Equal((folder["s"], folder["p.html"]), (json.GetProperty("source").GetString(), json.GetProperty("path").GetString()));
        Assert.Equal((1, 2, 9), (json.GetProperty("commit").GetInt64(), json.GetProperty("files").GetInt64(),
            json.GetProperty("bytes").GetInt64()));
        Assert.Contains("b.txt", File.ReadAllText(folder["p.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_uses_say_what_to_do_and_change_nothing()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["files"]);
        File.WriteAllText(folder["files/a.txt"], "x");
        Fails(2, "no folder", "scan", folder["nowhere"], "--out", folder["s"]);
        Fails(2, "git", "scan", folder["files"], "--out", folder["s"], "--git", "v1");
        Fails(2, "extension .html", "scan", folder["files"], "--out", folder["s"], "--report", folder["page"]);
        Fails(2, "There is no source", "source", "delete", folder["files"]);
        Assert.Equal(["files"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
        Assert.Equal(0, PileProgram.Run("scan", folder["files"], "--out", folder["s"]).ExitCode);
        Fails(2, "is the source of", "scan", folder.Path, "--out", folder["s"]);
        Fails(1, "it lists no picture. Select files with --filter", "build", "--from", folder["s"], "--out", folder["d"]);
        Fails(1, "no file satisfies 'size > 5'", "build", "--from", folder["s"], "--filter", "size > 5", "--out", folder["d"]);
        Fails(2, "no commit 7", "query", folder["s"] + "@7");
        File.WriteAllText(folder["s/mine.txt"], "");
        Fails(2, "mine.txt", "source", "delete", folder["s"]);
        Assert.False(Directory.Exists(folder["d"]));

        static void Fails(int exitCode, string message, params string[] arguments)
        {
            ProgramResult result = PileProgram.Run(arguments);
            Assert.Equal(exitCode, result.ExitCode);
            Assert.Contains(message, result.Error);
            Assert.InRange(result.Error.TrimEnd().Split('\n').Length, 1, 4);
        }
    }
}
