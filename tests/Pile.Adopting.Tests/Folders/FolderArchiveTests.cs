using System.Globalization;
using Pile.Format;
using Pile.Storage;
using Pile.TestKit;

namespace Pile.Adopting.Tests.Folders;

public sealed class FolderArchiveTests : IDisposable
{
    private const string List = """
        import os, sys, hashlib
        root = sys.argv[1]
        found = []
        for folder, _, names in os.walk(root):
            for name in names:
                full = os.path.join(folder, name)
                found.append((os.path.relpath(full, root), os.stat(full), hashlib.sha256(open(full, 'rb').read()).hexdigest()))
        for path, stat, digest in sorted(found):
            print(path, stat.st_size, repr(stat.st_mtime_ns / 1e9), digest, sep='\t')
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Rows_have_path_size_and_time_as_python_lists_them_in_the_order_of_paths()
    {
        Write("b.txt", "text");
        Write("a/b/c.json", "{\"a\": 1}");
        Write("a-b.txt", "before a/");
        Write("a.txt", "");
        Write("a0", "after a/");
        Write(".hidden", "x");
        Write("äöü/\U0001F600.bin", "\0");
        Write("\uE000", "before emoji in UTF-16 order, after it in no order");
        File.SetLastWriteTimeUtc(folder["b.txt"], new DateTime(1969, 7, 20, 20, 17, 40, 123, 456, DateTimeKind.Utc));
        AdoptedRows rows = AdoptedRows.Of(Archives.Folder(folder.Path), computesChecksums: true);

        string[][] expected = Archives.Python(List, folder.Path);
        Assert.Equal(expected.Select(e => e[0]), rows.Rows.Select(r => r.Path));
        foreach ((string[] e, AdoptedRow row) in expected.Zip(rows.Rows))
        {
            Assert.Equal(e[0], row.Id);
            Assert.Equal(long.Parse(e[1], CultureInfo.InvariantCulture), row.Size);
            Assert.Equal(Archives.MjdOf(e[2]), row.Modified!.Value, Archives.Microsecond);
            Location content = row.Contents["content"]!;
            Assert.Equal(new Location($"mount://data/{e[0]}", 0, (int)row.Size!.Value, content.Crc), content);
            ReferencedFile file = rows.Files.Single(f => f.Uri == content.Uri);
            Assert.Equal((row.Size, e[3]), (file.Bytes, file.Sha256));
            Assert.Equal(Archives.MjdOf(e[2]), 40587 + (file.ModifiedMicros!.Value / 86400e6), Archives.Microsecond);
        }
        Assert.Empty(rows.Skipped);
        Assert.Empty(rows.Findings);
    }

    [Fact]
    public void Reading_media_types_keeps_the_time_of_access()
    {
        Write("a.json", "{}");
        DateTime before = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastAccessTimeUtc(folder["a.json"], before);
        Assert.Single(AdoptedRows.Of(Archives.Folder(folder.Path)).Rows);
        Assert.Equal(before, File.GetLastAccessTimeUtc(folder["a.json"]));
    }

    [Fact]
    public void Random_trees_give_the_same_rows_as_os_walk()
    {
        Python.Run("""
            import os, random, sys
            r = random.Random(20)
            letters = 'ab.-_0 éß~'
            def name(): return ''.join(r.choice(letters) for _ in range(r.randint(1, 6)))
            folders = ['']
            for i in range(2000):
                parent = r.choice(folders)
                path = os.path.join(sys.argv[1], parent, name())
                if name().strip('.') == '' or os.path.basename(path) in ('.', '..') or os.path.lexists(path): continue
                if r.random() < 0.1:
                    os.mkdir(path); folders.append(os.path.relpath(path, sys.argv[1]))
                else:
                    open(path, 'wb').write(bytes(r.randrange(256) for _ in range(r.choice([0, 1, 5, 600]))))
            """, folder.Path);
        AdoptedRows rows = AdoptedRows.Of(Archives.Folder(folder.Path), computesChecksums: true);
        string[][] expected = Archives.Python(List, folder.Path);
        Assert.True(expected.Length > 1000);
        Assert.Equal(expected.Select(e => (e[0], e[1], e[3])),
            rows.Rows.Zip(rows.Files, (r, f) => (r.Path, r.Size!.Value.ToString(CultureInfo.InvariantCulture), f.Sha256!)));
    }

    [Fact]
    public void Pieces_have_the_checksums_of_their_bytes()
    {
        Write("check", "123456789"); // the check value of CRC-32C in RFC 3720 is E3069283
        Write("empty", "");
        AdoptedRows rows = AdoptedRows.Of(Archives.Folder(folder.Path), computesChecksums: true);
        Assert.Equal(0xE3069283u, rows["check"].Contents["content"]!.Crc);
        Assert.Equal(0, rows["empty"].Contents["content"]!.Bytes);
        Assert.Null(AdoptedRows.Of(Archives.Folder(folder.Path))["check"].Contents["content"]!.Crc);
    }

    [Fact]
    public void Links_to_files_inside_are_rows_and_all_other_links_are_skipped()
    {
        Write("real/file.txt", "content");
        Write("../outside.txt", "x");
        File.CreateSymbolicLink(folder["data/link.txt"], "real/file.txt");
        File.CreateSymbolicLink(folder["data/out.txt"], "../outside.txt");
        File.CreateSymbolicLink(folder["data/dangling"], "nothing");
        File.CreateSymbolicLink(folder["data/loop"], "loop");
        Directory.CreateSymbolicLink(folder["data/linked-folder"], "real");
        AdoptedRows rows = AdoptedRows.Of(Archives.Folder(folder["data"]));
        Assert.Equal(["link.txt", "real/file.txt"], rows.Rows.Select(r => r.Id));
        Assert.Equal(7, rows["link.txt"].Size);
        Assert.Equal(4, rows.Skipped.Count);
        Assert.Contains("leads out of the folder", rows.ReasonFor("/out.txt"), StringComparison.Ordinal);
        Assert.Contains("without a target", rows.ReasonFor("/dangling"), StringComparison.Ordinal);
        Assert.Contains("cannot be followed", rows.ReasonFor("/loop"), StringComparison.Ordinal);
        Assert.Contains("link to a folder", rows.ReasonFor("/linked-folder"), StringComparison.Ordinal);
    }

    [Fact]
    public void Pipes_sockets_and_names_that_are_not_utf8_are_skipped()
    {
        Python.Run("""
            import os, socket, sys
            os.chdir(sys.argv[1])
            os.mkfifo('pipe'); socket.socket(socket.AF_UNIX).bind('socket')
            open(b'bad\xff.txt', 'w').close(); os.mkdir(b'folder\xfe'); open(b'folder\xfe/inner', 'w').close()
            open('replacement\ufffd', 'w').close()
            """, folder.Path);
        AdoptedRows rows = AdoptedRows.Of(Archives.Folder(folder.Path));
        Assert.Equal(["replacement\uFFFD"], rows.Rows.Select(r => r.Id));
        Assert.Equal(["bad\uFFFD.txt", "folder\uFFFD", "pipe", "socket"],
            rows.Skipped.Select(s => Path.GetFileName(s.File)).Order(StringComparer.Ordinal));
        Assert.Contains("pipe, a socket or a device", rows.ReasonFor("/pipe"), StringComparison.Ordinal);
        Assert.Contains("not valid UTF-8", rows.ReasonFor(".txt"), StringComparison.Ordinal);
        Assert.Contains("not valid UTF-8", rows.ReasonFor("folder\uFFFD"), StringComparison.Ordinal);
        Python.Run("import shutil, sys\nshutil.rmtree(sys.argv[1].encode())", folder.Path); // .NET cannot delete such names
        Directory.CreateDirectory(folder.Path);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Names_with_a_backslash_are_skipped(bool isGrouped)
    {
        Python.Run("""
            import os, sys
            os.chdir(sys.argv[1]); os.mkdir('in\\side')
            for name in ['a.txt', 'back\\slash.txt', 'in\\side/b.txt']: open(name, 'w').write(name)
            os.symlink('a.txt', 'li\\nk.txt')
            """, folder.Path);
        AdoptedRows rows = AdoptedRows.Of(Archives.Folder(folder.Path, new() { GroupsByStem = isGrouped }));
        Assert.Equal([isGrouped ? "a" : "a.txt"], rows.Rows.Select(r => r.Id));
        Assert.Equal(["back\\slash.txt", "in\\side", "li\\nk.txt"],
            rows.Skipped.Select(s => Path.GetRelativePath(folder.Path, s.File)).Order(StringComparer.Ordinal));
        Assert.All(rows.Skipped, s => Assert.Contains("its name contains a backslash", s.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_larger_than_the_largest_value_has_no_content()
    {
        using (FileStream large = File.Create(folder["large"]))
            large.SetLength(2_147_483_592);
        using (FileStream largest = File.Create(folder["largest"]))
            largest.SetLength(2_147_483_591);
        AdoptedRows rows = AdoptedRows.Of(Archives.Folder(folder.Path));
        Assert.Null(rows["large"].Contents["content"]);
        Assert.Equal(2_147_483_592, rows["large"].Size);
        Assert.Equal(2_147_483_591, rows["largest"].Contents["content"]!.Bytes);
        Assert.Contains("1 file is larger than 2147483591 bytes", Assert.Single(rows.Findings), StringComparison.Ordinal);
    }

    [Fact]
    public void Excluded_folders_and_files_are_left_out()
    {
        Write("a.txt", "a");
        Write("dataset/pile.yaml", "b");
        Write("dataset.mounts.yaml", "c");
        AdoptedRows rows = AdoptedRows.Of(Archives.Folder(folder.Path,
            new() { Excluded = new HashSet<string> { folder["dataset"], folder["dataset.mounts.yaml"] } }));
        Assert.Equal(["a.txt"], rows.Rows.Select(r => r.Id));
        Assert.Empty(rows.Skipped);
    }

    [Fact]
    public void Several_folders_precede_the_ids_with_their_names()
    {
        Write("x/photos/a.txt", "a");
        Write("y/photos/a.txt", "b");
        Write("z/b.txt", "c");
        Write("z/not-chosen.txt", "d");
        FolderArchive archive = new([SourceOf("x/photos"), SourceOf("y/photos"), SourceOf("z") with { Files = ["b.txt"] }]);
        Assert.Equal(["photos", "photos-2", "z"], archive.Units);
        Assert.Equal([("photos/a.txt", "a.txt"), ("photos-2/a.txt", "a.txt"), ("z/b.txt", "b.txt")],
            AdoptedRows.Of(archive).Rows.Select(r => (r.Id, r.Path)));
    }

    [Fact]
    public void A_folder_that_cannot_be_listed_and_a_missing_file_are_errors()
    {
        Assert.Contains("cannot be listed", Assert.Throws<SourceUnreadableException>(
            () => AdoptedRows.Of(Archives.Folder(folder["none"]))).Message, StringComparison.Ordinal);
        Assert.Contains("b.txt", Assert.Throws<SourceUnreadableException>(() =>
            AdoptedRows.Of(new FolderArchive([SourceOf(".") with { Files = ["b.txt"] }]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_has_other_bytes_than_its_size_is_an_error_that_names_it()
    {
        // Files of the kernel have a size of 0 and content, as a file that grows while it is read.
        FolderArchive archive = new([new FolderSource(new ArchiveRoot("mount://proc", new LocalFolder("/proc/self")), ["status"])]);
        string message = Assert.Throws<SourceUnreadableException>(() => AdoptedRows.Of(archive, computesChecksums: true)).Message;
        Assert.Contains("/proc/self/status: the file was changed while it was read", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_one_stem_are_one_row_with_a_column_for_each_ending()
    {
        foreach (string name in (string[])["a.jpg", "a.json", "a.seg.png", "b.JPG", "sub/a.json", ".hidden.txt", "README", "c.key",
            "c.path"])
            Write(name, name);
        Write("a-1.json", "");
        AdoptedRows rows = AdoptedRows.Of(Archives.Folder(folder.Path, new() { GroupsByStem = true }));
        Assert.Equal([".hidden", "README", "a", "a-1", "b", "c", "sub/a"], rows.Rows.Select(r => r.Id));
        Assert.Equal(["content", "jpg", "json", "native_key", "native_path", "seg.png", "txt"], rows.Rows[0].Contents.Keys);
        Assert.Equal(["jpg", "json", "seg.png"], Endings("a"));
        Assert.Equal(["jpg"], Endings("b"));
        Assert.Equal(["native_key", "native_path"], Endings("c"));
        Assert.Equal(["content"], Endings("README"));
        Assert.Equal(["txt"], Endings(".hidden"));
        Assert.Equal("mount://data/a.seg.png", rows["a"].Contents["seg.png"]!.Uri);
        Assert.Equal((0, 9), (rows["a-1"].Contents["json"]!.Bytes, rows["a"].Contents["seg.png"]!.Bytes));
        Assert.Equal(["object_id", "path"], rows.Rows[0].Others.Keys);

        IEnumerable<string> Endings(string id) => rows[id].Contents.Where(c => c.Value is not null).Select(c => c.Key);
    }

    [Fact]
    public void Two_files_of_one_stem_and_ending_are_an_error_that_names_both()
    {
        Write("a/b.jpg", "1");
        Write("a/b.JPG", "2");
        string message = Assert.Throws<SourceUnreadableException>(
            () => AdoptedRows.Of(Archives.Folder(folder.Path, new() { GroupsByStem = true }))).Message;
        Assert.Contains("'a/b.JPG' and 'a/b.jpg'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_endings_are_an_error()
    {
        for (int i = 0; i < 300; i++)
            Write($"log.{i}", "");
        Assert.Contains("more than 256 endings", Assert.Throws<SourceUnreadableException>(
            () => AdoptedRows.Of(Archives.Folder(folder.Path, new() { GroupsByStem = true }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Run", "Long")]
    public void Blocks_of_many_files_are_returned_in_order_and_groups_are_not_divided()
    {
        Python.Run("""
            import os, sys
            for i in range(70000): open(f'{sys.argv[1]}/{i % 7}{i // 2:06}.{"ab"[i % 2]}', 'w').close()
            """, folder.Path);
        AdoptedRows rows = AdoptedRows.Of(Archives.Folder(folder.Path));
        Assert.Equal(Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal),
            rows.Rows.Select(r => r.Path));
        AdoptedRows groups = AdoptedRows.Of(Archives.Folder(folder.Path, new() { GroupsByStem = true }));
        Assert.Equal(rows.Rows.Select(r => r.Path[..^2]).Distinct(), groups.Rows.Select(r => r.Path));
        Assert.Equal(70_000, groups.Rows.Sum(r => r.Contents.Values.Count(v => v is not null)));
    }

    private FolderSource SourceOf(string name) => new(new ArchiveRoot("mount://" + name, new LocalFolder(folder[name])), []);

    private void Write(string name, string text)
    {
        string path = name.StartsWith("../", StringComparison.Ordinal) ? folder[name[3..]]
            : folder[name.StartsWith("real/", StringComparison.Ordinal) ? $"data/{name}" : name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
