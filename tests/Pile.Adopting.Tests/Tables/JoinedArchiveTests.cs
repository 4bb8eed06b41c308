using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Adopting.Tests.Tables;

public sealed class JoinedArchiveTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> findings = [];

    public JoinedArchiveTests()
    {
        foreach (string name in (string[])["a.jpg", "b.jpg", "sub/c.jpg"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder["files/" + name])!);
            File.WriteAllText(folder["files/" + name], name);
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Columns_of_the_table_are_added_by_path_and_files_without_a_row_have_nulls()
    {
        (JoinedArchive archive, AdoptedRows rows) = await Read(
            "file,label,size\nsub/c.jpg,cat,10\na.jpg,dog,20\nz.jpg,cow,30\nzz.jpg,,40\n");
        Assert.Null(archive.Facts.Frame);
        Assert.Equal(["a.jpg", "b.jpg", "sub/c.jpg"], rows.Rows.Select(r => r.Id));
        Assert.Equal(["dog", null, "cat"], rows.Rows.Select(r => r.Others["label"]));
        Assert.Equal([20L, null, 10L], rows.Rows.Select(r => r.Others["native_size"])); // 'size' is that of the file
        Assert.Equal([5L, 5L, 9L], rows.Rows.Select(r => r.Size));
        Assert.DoesNotContain("file", rows.Rows[0].Others.Keys);
        Assert.Contains(rows.Findings, f => f.Contains("is 1; they have nulls", StringComparison.Ordinal)
            && f.Contains("'b.jpg'", StringComparison.Ordinal));
        Assert.Contains(rows.Findings,
            f => f.Contains("2 rows have no file; the first is row 2 with the key 'z.jpg'", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Contains("no positions", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Positions_make_rows_with_positions_and_files_without_one_are_skipped()
    {
        string[] expected = Archives.Python("""
            from astropy.coordinates import SkyCoord
            c = SkyCoord(120.5, -30.25, unit='deg', frame='galactic').icrs
            print(repr(c.ra.deg), repr(c.dec.deg), sep='\t')
            """)[0];
        (JoinedArchive archive, AdoptedRows rows) = await Read("file,l,b\na.jpg,120.5,-30.25\nb.jpg,,\n",
            new() { Path = "", Key = "file", Positions = new() { Frame = "galactic" } });
        Assert.Equal("ICRS", archive.Facts.Frame);
        AdoptedRow row = Assert.Single(rows.Rows);
        Assert.Equal(double.Parse(expected[0], CultureInfo.InvariantCulture), (double)row.Others["ra"]!, 1e-9);
        Assert.Equal(double.Parse(expected[1], CultureInfo.InvariantCulture), (double)row.Others["dec"]!, 1e-9);
        Assert.Equal((120.5, -30.25), (row.Others["l"], row.Others["b"])); // the table's own columns
        Assert.Equal("mount://data/a.jpg", row.Contents["content"]!.Uri);
        Assert.Contains("row 1 of ", rows.ReasonFor("b.jpg"), StringComparison.Ordinal);
        Assert.Contains("has no row in", rows.ReasonFor("sub/c.jpg"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_columns_ra_and_dec_are_the_positions_and_are_not_kept_twice()
    {
        (_, AdoptedRows rows) = await Read("file,ra,dec\nb.jpg,10.5,-20.5\na.jpg,350.25,5.5\nsub/c.jpg,0.5,89.5\n");
        Assert.Equal([(350.25, 5.5), (10.5, -20.5), (0.5, 89.5)],
            rows.Rows.Select(r => ((double)r.Others["ra"]!, (double)r.Others["dec"]!)));
        Assert.DoesNotContain(rows.Rows[0].Others.Keys, name => name.StartsWith("native_", StringComparison.Ordinal));
        (JoinedArchive archive, rows) = await Read("file,ra,dec\na.jpg,350.25,5\n",
            new() { Path = "", Key = "file", IgnoresPositions = true });
        Assert.Null(archive.Facts.Frame);
        Assert.Equal(350.25, rows["a.jpg"].Others["native_ra"]);
        Assert.Equal(3, rows.Rows.Count);
    }

    [Fact]
    public async Task Stems_are_keys_of_grouped_files_and_columns_of_digits_are_file_names()
    {
        Directory.Delete(folder["files"], recursive: true);
        Directory.CreateDirectory(folder["files"]);
        foreach (string name in (string[])["0001.jpg", "0001.json", "0002.jpg", "x.jpg"])
            File.WriteAllText(folder["files/" + name], name);
        (_, AdoptedRows rows) = await Read("id,label\n0001,one\n0002,two\n", new() { Path = "", Key = "id" },
            new() { GroupsByStem = true });
        Assert.Equal([("0001", "one"), ("0002", "two"), ("x", null)], rows.Rows.Select(r => (r.Id, (string?)r.Others["label"])));
        Assert.NotNull(rows["0001"].Contents["json"]);
    }

    [Theory] // the names of files, and the row of each of them by the integers that Python reads in both
    [InlineData("0001.jpg|0002.jpg|x.jpg")]
    [InlineData("1.jpg|002.jpg|03.jpg")]
    [InlineData("1.jpg|01.jpg|0002.jpg", "01", "1")]
    [InlineData("02.jpg|1.jpg|002.jpg|2.jpg", "002", "02")]
    public async Task Integers_are_the_keys_of_names_with_zeros_unless_two_files_have_the_same(string names, params string[] same)
    {
        Directory.Delete(folder["files"], recursive: true);
        Directory.CreateDirectory(folder["files"]);
        foreach (string name in names.Split('|'))
            File.WriteAllText(folder["files/" + name], name);
        (JoinedArchive archive, AdoptedRows rows) = await Read("id,v\n1,5\n2,6\n", new() { Path = "", Key = "id" },
            new() { GroupsByStem = true });
        if (same is [var first, var second])
        {
            string message = Assert.Throws<ValueInvalidException>(archive.CheckAll).Message;
            Assert.Contains($"column 'id': {int.Parse(first, CultureInfo.InvariantCulture)} is not the key of one file", message,
                StringComparison.Ordinal);
            Assert.Contains($"such as '{first}' and '{second}'", message, StringComparison.Ordinal);
            return;
        }
        archive.CheckAll();
        Assert.Equal(Archives.Python($"""
            for name in sorted('{names}'.split('|')):
                print(dict([('1', 5), ('2', 6)]).get(name.split('.')[0].lstrip('0')))
            """).Select(row => row[0]), rows.Rows.OrderBy(r => r.Id, StringComparer.Ordinal).Select(r => $"{r.Others["v"] ?? "None"}"));
    }

    [Fact]
    public async Task A_column_with_the_name_of_an_ending_is_an_error()
    {
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(
            () => Read("file,jpg\na,1\n", files: new() { GroupsByStem = true }));
        Assert.Contains("column 'jpg'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_key_is_an_error_that_names_both_rows()
    {
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() => Read("file,x\na.jpg,1\nb.jpg,2\na.jpg,3\n"));
        Assert.Contains("row 2, column 'file': 'a.jpg'", e.Message, StringComparison.Ordinal);
        Assert.Contains("row 0 has the same", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_key_column_and_positions_out_of_range_are_errors()
    {
        Assert.Contains("there is no such column; the columns are path, x", (await Assert.ThrowsAsync<SchemaMismatchException>(
            () => Read("path,x\na.jpg,1\n"))).Message, StringComparison.Ordinal);
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() => Read("file,ra,dec\na.jpg,1,2\nb.jpg,1,91\n"));
        Assert.Contains("row 1, column 'dec': 91", e.Message, StringComparison.Ordinal);
        Assert.Contains("FileTableOptions.IgnoresPositions", (await Assert.ThrowsAsync<SchemaMismatchException>(() =>
            Read("file,x\na.jpg,1\n", new() { Path = "", Key = "file", Positions = new() { RaColumn = "lon" } }))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_folders_are_found_by_path_or_id_and_unused_rows_are_counted_once()
    {
        (JoinedArchive archive, AdoptedRows rows) = await ReadTwoFolders("file,x\nfiles/a.jpg,1\nfiles/b.jpg,2\nc/d.jpg,4\nnone,3\n",
            withFolder: false);
        archive.CheckAll();
        Assert.Equal([("files/a.jpg", 1L), ("files/b.jpg", 2L), ("files/sub/c.jpg", null), ("other/b.jpg", null), ("other/c/d.jpg", 4L)],
            rows.Rows.Select(r => (r.Id, (long?)r.Others["x"])));
        Assert.Single(rows.Findings,
            f => f.Contains("1 row has no file; the first is row 3 with the key 'none'", StringComparison.Ordinal));
    }

    [Theory] // the path of two files; the path of one with the id of another
    [InlineData("b.jpg", false, "files/b.jpg", "other/b.jpg")]
    [InlineData("./b.jpg", false, "files/b.jpg", "other/b.jpg")]
    [InlineData("files/a.jpg", true, "files/a.jpg", "other/files/a.jpg")]
    public async Task A_key_of_files_in_two_folders_is_an_error_unless_each_has_a_row(string key, bool isId, string first, string second)
    {
        (JoinedArchive archive, _) = await ReadTwoFolders($"file,x\nsub/c.jpg,1\n{key},2\n", withFolder: isId);
        string message = Assert.Throws<ValueInvalidException>(archive.CheckAll).Message;
        Assert.Contains($"row 1, column 'file': '{key}' is not the key of one file: 2 files have it as their path or id, such as "
            + $"'{first}' and '{second}'", message, StringComparison.Ordinal);
        Assert.Contains("Use the ids of the files as keys", message, StringComparison.Ordinal);
        (archive, AdoptedRows rows) = await ReadTwoFolders($"file,x\n{first},1\n{second},2\n", withFolder: isId);
        archive.CheckAll();
        Assert.Equal((1L, 2L), (rows[first].Others["x"], rows[second].Others["x"]));
    }

    [Theory]
    [InlineData("sub\\c.jpg", "'sub\\c.jpg'")]
    [InlineData("/data/files/a.jpg", "'/data/files/a.jpg'")]
    [InlineData("7", "7")]
    public async Task A_table_without_a_row_for_a_file_is_an_error_with_examples_of_both(string key, string shown)
    {
        (JoinedArchive archive, _) = await Read($"file,x\n{key},1\n");
        SchemaMismatchException e = Assert.Throws<SchemaMismatchException>(archive.CheckAll);
        Assert.Contains($"column 'file': no value is the path or id of a file: the first one is {shown}, and files have ids such as "
            + "'a.jpg'", e.Message, StringComparison.Ordinal);
        (archive, _) = await Read("file,x\nnone.jpg,1\nb.jpg,2\n");
        archive.CheckAll();
    }

    [Fact]
    public async Task Columns_that_an_index_cannot_store_are_left_out_and_named()
    {
        string longList = string.Join(',', Enumerable.Range(0, 600));
        File.WriteAllLines(folder["t.jsonl"], [
            """{"file": "a.jpg", "objects": {"bbox": [[1, 2, 3, 4.5], [5, 6, 7, 8]], "categories": [0, 1]}, "label": 1, "long": [1]}""",
            $$"""{"file": "b.jpg", "objects": {"bbox": [], "categories": []}, "label": 2, "long": [{{longList}}]}"""]);
        FileTable table = await FileTable.ReadAsync(new() { Path = folder["t.jsonl"], Key = "file" }, findings.Add,
            TestContext.Current.CancellationToken);
        AdoptedRows rows = AdoptedRows.Of(new JoinedArchive(Archives.Folder(folder["files"]), table));
        Assert.Equal([1L, 2L, null], rows.Rows.Select(r => r.Others["label"]));
        Assert.Contains("objects.categories", rows.Rows[0].Others.Keys);
        foreach ((string column, string reason) in ((string, string)[])[("objects.bbox", "lists of lists"),
            ("long", "lists of more than 4,096 bytes")])
        {
            Assert.DoesNotContain(column, rows.Rows[0].Others.Keys);
            Assert.Contains(findings, f => f.Contains($"the column '{column}' is left out, because the index cannot store its {reason}",
                StringComparison.Ordinal));
        }
    }

    private async Task<(JoinedArchive, AdoptedRows)> ReadTwoFolders(string csv, bool withFolder = true)
    {
        foreach (string name in (string[])["other/b.jpg", "other/c/d.jpg", .. withFolder ? ["other/files/a.jpg"] : Array.Empty<string>()])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
            File.WriteAllText(folder[name], name);
        }
        File.WriteAllText(folder["t.csv"], csv);
        FileTable table = await FileTable.ReadAsync(new() { Path = folder["t.csv"], Key = "file" }, findings.Add,
            TestContext.Current.CancellationToken);
        JoinedArchive archive = new(new FolderArchive([.. ((string[])["files", "other"]).Select(name =>
            new FolderSource(new($"mount://{name}", new Storage.LocalFolder(folder[name])), []))]), table);
        return (archive, AdoptedRows.Of(archive));
    }

    private async Task<(JoinedArchive, AdoptedRows)> Read(string csv, FileTableOptions? options = null, FileArchiveOptions? files = null)
    {
        File.WriteAllText(folder["t.csv"], csv);
        options = (options ?? new() { Path = "", Key = "file" }) with { Path = folder["t.csv"] };
        FileTable table = await FileTable.ReadAsync(options, findings.Add, TestContext.Current.CancellationToken);
        JoinedArchive archive = new(Archives.Folder(folder["files"], files), table);
        return (archive, AdoptedRows.Of(archive));
    }
}
