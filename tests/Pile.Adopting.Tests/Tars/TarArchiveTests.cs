using System.Globalization;
using System.Text;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Adopting.Tests.Tars;

public sealed class TarArchiveTests : IDisposable
{
    private const string Make = """
        import io, os, random, sys, tarfile
        folder, form, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
        r = random.Random(seed)
        tar = tarfile.open(os.path.join(folder, 'a.tar'), 'w', format={'ustar': 0, 'gnu': 1, 'pax': 2}[form])
        def add(name, data, mtime=None):
            info = tarfile.TarInfo(name)
            info.size = len(data); info.mtime = r.randrange(2**31) if mtime is None else mtime
            tar.addfile(info, io.BytesIO(data))

        """;

    /// <summary>Prints name, offset, size, time and SHA-256 of the regular members as Python reads them.</summary>
    private const string List = """
        import hashlib, sys, tarfile
        with tarfile.open(sys.argv[1]) as tar:
            last = {m.name: m for m in tar if m.isreg()}
            for m in sorted(last.values(), key=lambda m: m.offset_data):
                print(m.name, m.offset_data, m.size, repr(m.mtime), hashlib.sha256(tar.extractfile(m).read()).hexdigest(), sep='\t')
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("ustar")]
    [InlineData("gnu")]
    [InlineData("pax")]
    public void Members_have_name_offset_size_time_and_bytes_as_python_reads_them(string format)
    {
        Python.Run(Make + """
            long = 'long/' * 25 if form == 'ustar' else 'long/' * 80
            add('first.txt', b'text'); add('empty', b''); add('bin', bytes(range(256)) * 9, mtime=0)
            add(long + 'x' * (90 if form == 'ustar' else 200) + '.json', b'{}')
            add('n' * 100, b'100 bytes'); add('äöü😀.txt', b'unicode'); add('exact', bytes(512)); add('exact2', bytes(1024))
            if form != 'ustar':
                add('old', b'1', mtime=-86400 * 365); add('late', b'1', mtime=2**35)
            if form == 'pax': add('fraction', b'1', mtime=1234567890.123456)
            d = tarfile.TarInfo('folder'); d.type = tarfile.DIRTYPE; tar.addfile(d)
            for i in range(300): add(f'many/{i}', bytes(r.randrange(256) for _ in range(r.choice([0, 10, 511, 512, 513, 70000]))))
            tar.close()
            """, folder.Path, format, "1");
        AdoptedRows rows = AdoptedRows.Of(Archives.Tar(folder["a.tar"]), computesChecksums: true);
        AssertLikePython(rows, folder["a.tar"]);
        Assert.True(rows.Rows.Count > 300);
        Assert.Empty(rows.Skipped);
        Assert.Empty(rows.Findings);
        ReferencedFile file = Assert.Single(rows.Files);
        Assert.Equal(Python.Run("import sys, hashlib\nprint(hashlib.sha256(open(sys.argv[1], 'rb').read()).hexdigest())",
            folder["a.tar"]).Trim(), file.Sha256);
        Assert.Equal(("mount://data/a.tar", new FileInfo(folder["a.tar"]).Length), (file.Uri, file.Bytes));
        Assert.Equal("image/png", AdoptedRows.Of(Archives.Tar(Png())).Rows[0].MediaType);
    }

    [Theory]
    [InlineData("v7")]
    [InlineData("oldgnu")]
    [InlineData("gnu")]
    [InlineData("ustar")]
    [InlineData("pax")]
    public void Archives_of_gnu_tar_are_read_as_python_reads_them(string format)
    {
        Python.Run("""
            import os, subprocess, sys
            os.chdir(sys.argv[1]); os.makedirs('t/sub')
            deep = 't/' + 'd' * 60 + '/' + 'e' * 30; os.makedirs(deep)
            for i, n in enumerate(['t/a', 't/sub/b.txt', 't/c', deep + '/f']): open(n, 'wb').write(bytes([i]) * (i * 700))
            os.utime('t/a', ns=(1, 1500000000123456789))
            subprocess.run(['tar', '--format=' + sys.argv[2], '-cf', 'a.tar', 't'], check=True)
            subprocess.run(['tar', '--format=' + sys.argv[2], '-rf', 'a.tar', 't/c'], check=True)
            """, folder.Path, format);
        AdoptedRows rows = AdoptedRows.Of(Archives.Tar(folder["a.tar"]), computesChecksums: true);
        AssertLikePython(rows, folder["a.tar"]);
        Assert.Equal(4, rows.Rows.Count);
        Assert.Contains("a later member", Assert.Single(rows.Skipped).Reason, StringComparison.Ordinal); // t/c was appended again
    }

    [Fact]
    public void Random_archives_are_read_as_python_reads_them()
    {
        for (int seed = 0; seed < 12; seed++)
        {
            Python.Run(Make + """
                for i in range(r.randrange(1, 400)):
                    def part(): return ''.join(r.choice('ab.é') for _ in range(r.choice([1, 3, 40]))).strip('.') or 'x'
                    name = '/'.join(part() for _ in range(r.choice([1, 1, 2, 6])))
                    if form == 'ustar' and len(name.encode()) > 95: continue
                    add(name, r.randbytes(r.choice([0, 1, 511, 512, 513, 5000])), r.choice([0, 1.5 if form == 'pax' else 2, 10**9]))
                tar.close()
                """, folder.Path, (seed % 3) switch { 0 => "ustar", 1 => "gnu", _ => "pax" }, seed.ToString(CultureInfo.InvariantCulture));
            AssertLikePython(AdoptedRows.Of(Archives.Tar(folder["a.tar"]), computesChecksums: true), folder["a.tar"]);
        }
    }

    [Fact]
    public void Headers_of_large_members_are_read_without_the_contents()
    {
        Python.Run(Make + "for i in range(50): add(f'{i}.bin', bytes(1_000_000))\ntar.close()", folder.Path, "ustar", "1");
        using Storage.LocalFile file = new(folder["a.tar"]);
        (TarMembers members, long read) = TarReader.Read("a.tar", file, Storage.StoreTraits.Local, new() { AddFile = _ => 0 },
            TestContext.Current.CancellationToken);
        Assert.Equal(50, members.Count);
        Assert.InRange(read, 50 * 512, 50 * 4096 + 100_000);
    }

    [Fact]
    public void Links_folders_devices_and_unsafe_paths_are_no_rows()
    {
        Python.Run(Make + """
            add('good', b'x')
            for name, kind in [('hard', tarfile.LNKTYPE), ('soft', tarfile.SYMTYPE), ('char', tarfile.CHRTYPE), ('block', tarfile.BLKTYPE),
                               ('fifo', tarfile.FIFOTYPE), ('dir', tarfile.DIRTYPE), ('odd', b'Z')]:
                i = tarfile.TarInfo(name); i.type = kind; i.linkname = 'good'; tar.addfile(i)
            add('/etc/passwd', b'x'); add('../up', b'x'); add('a/../../b', b'x'); add('./a//b/./c', b'kept')
            tar.close()
            """, folder.Path, "gnu", "1");
        AdoptedRows rows = AdoptedRows.Of(Archives.Tar(folder["a.tar"]));
        Assert.Equal(["good", "a/b/c"], rows.Rows.Select(r => r.Id));
        Assert.Equal(9, rows.Skipped.Count);
        Assert.Contains("hard link", rows.ReasonFor("/hard"), StringComparison.Ordinal);
        Assert.Contains("symbolic link", rows.ReasonFor("/soft"), StringComparison.Ordinal);
        foreach (string device in (string[])["/char", "/block", "/fifo"])
            Assert.Contains("device or a pipe", rows.ReasonFor(device), StringComparison.Ordinal);
        Assert.Contains("'Z' is unknown", rows.ReasonFor("/odd"), StringComparison.Ordinal);
        Assert.Contains("absolute", rows.ReasonFor("/etc/passwd"), StringComparison.Ordinal);
        Assert.Contains("'..'", rows.ReasonFor("../up"), StringComparison.Ordinal);
        Assert.Contains("'..'", rows.ReasonFor("a/../../b"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_not_utf8_is_skipped()
    {
        Python.Run("""
            import io, sys, tarfile
            with tarfile.open(sys.argv[1], 'w', format=tarfile.GNU_FORMAT, encoding='latin-1') as tar:
                for n in ('ä', 'b'): tar.addfile(tarfile.TarInfo(n), io.BytesIO())
            """, folder["a.tar"]);
        AdoptedRows rows = AdoptedRows.Of(Archives.Tar(folder["a.tar"]));
        Assert.Equal("b", Assert.Single(rows.Rows).Id);
        Assert.Contains("not valid UTF-8", Assert.Single(rows.Skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_of_several_members_with_one_path_is_the_row_as_getmember_returns_it()
    {
        Python.Run(Make + "add('a', b'first'); add('b', b'b'); add('./a', b'second'); add('a', b'third!')\ntar.close()",
            folder.Path, "gnu", "1");
        AdoptedRows rows = AdoptedRows.Of(Archives.Tar(folder["a.tar"]));
        string[] member = Archives.Python("import sys, tarfile\nm = tarfile.open(sys.argv[1]).getmember('a')\n"
            + "print(m.offset_data, m.size, sep='\\t')", folder["a.tar"])[0];
        Assert.Equal(["b", "a"], rows.Rows.Select(r => r.Id));
        Assert.Equal(member, (string[])[$"{rows["a"].Contents["content"]!.Offset}", $"{rows["a"].Size}"]);
        Assert.Equal(2, rows.Skipped.Count);
        Assert.Equal("a later member, whose header is at byte 2048, has the same path and replaces it, as if the archive were extracted "
            + "(header at byte 0)", rows.Skipped[0].Reason);
    }

    [Fact]
    public void An_archive_with_a_backslash_in_its_name_is_rejected_but_its_members_may_have_one()
    {
        Python.Run("""
            import io, sys, tarfile
            for path in sys.argv[1:]:
                with tarfile.open(path, 'w') as tar: tar.addfile(tarfile.TarInfo('in\\side'), io.BytesIO())
            """, folder["a.tar"], folder["t\\z.tar"]);
        Assert.Equal("in\\side", Assert.Single(AdoptedRows.Of(Archives.Tar(folder["a.tar"])).Rows).Id);
        PileException e = Assert.Throws<SourceUnreadableException>(() => AdoptedRows.Of(Archives.Tar(folder["t\\z.tar"])));
        Assert.Equal($"{folder["t\\z.tar"]}: its name contains a backslash, which addresses of files in a dataset cannot contain. "
            + "Rename it.", e.Message);
    }

    [Theory]
    [InlineData("gnu", "")]
    [InlineData("pax", "--sparse-version=0.0")]
    [InlineData("pax", "--sparse-version=0.1")]
    [InlineData("pax", "--sparse-version=1.0")]
    public void Sparse_members_are_skipped_and_the_members_after_them_are_read(string format, string option)
    {
        Python.Run("""
            import os, subprocess, sys
            os.chdir(sys.argv[1])
            with open('sparse', 'wb') as f:
                for i in range(40): f.seek(i << 20); f.write(b'x' * 5000)
                f.truncate(50 << 20)
            open('after', 'w').write('after')
            options = [sys.argv[3]] if sys.argv[3] else []
            subprocess.run(['tar', '--format=' + sys.argv[2], '-S', *options, '-cf', 'a.tar', 'sparse', 'after'], check=True)
            """, folder.Path, format, option);
        AdoptedRows rows = AdoptedRows.Of(Archives.Tar(folder["a.tar"]));
        Assert.Equal("after", Assert.Single(rows.Rows).Id);
        Assert.Equal("after", Encoding.UTF8.GetString(BytesAt(folder["a.tar"], rows["after"].Contents["content"]!)));
        Assert.Contains("sparse file", Assert.Single(rows.Skipped).Reason, StringComparison.Ordinal);
        string name = Archives.Python("import sys, tarfile\nprint(tarfile.open(sys.argv[1]).getnames()[0])", folder["a.tar"])[0][0];
        Assert.Equal(("sparse", folder["a.tar"] + "/" + name), (name, rows.Skipped[0].File));
    }

    [Fact]
    public void A_member_larger_than_the_largest_value_has_no_content_and_the_next_is_found()
    {
        Python.Run("""
            import io, sys, tarfile
            with open(sys.argv[1], 'wb') as out:
                for name, size in (('large', 9 << 30), ('after', 3)):
                    i = tarfile.TarInfo(name); i.size = size
                    out.write(i.tobuf(tarfile.GNU_FORMAT)); out.seek(-(-size // 512) * 512, 1)
                out.seek(-512, 1); out.write(b'end' + bytes(509 + 1024))
            """, folder["a.tar"]);
        AdoptedRows rows = AdoptedRows.Of(Archives.Tar(folder["a.tar"]));
        Assert.Equal(9L << 30, rows["large"].Size);
        Assert.Null(rows["large"].Contents["content"]);
        Assert.Equal("end", Encoding.UTF8.GetString(BytesAt(folder["a.tar"], rows["after"].Contents["content"]!)));
        Assert.Contains("larger than", Assert.Single(rows.Findings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_archive_is_an_error_with_file_and_offset()
    {
        Python.Run(Make + "add('a', bytes(2000)); add('b', bytes(2000))\ntar.close()", folder.Path, "gnu", "1");
        byte[] whole = File.ReadAllBytes(folder["a.tar"]);
        Assert.Equal(2, Cut(5120).Rows.Count); // before the end marker
        Assert.Contains("no end marker at byte 5120", Cut(5120).Findings[0], StringComparison.Ordinal);
        Assert.Equal(2, Cut(5120 - 48).Rows.Count); // within the padding of the last member
        AssertError(5000, "the member at byte 2560 ends at byte 5072, but the file has 5000 bytes");
        AssertError(2700, "a header begins at byte 2560, but the file has 2700 bytes");
        AssertError(100, "fewer than the header");
        AssertError(0, "is empty");

        AdoptedRows Cut(int length)
        {
            File.WriteAllBytes(folder["cut.tar"], whole.AsSpan(0, length));
            return AdoptedRows.Of(Archives.Tar(folder["cut.tar"]));
        }
        void AssertError(int length, string message) => Assert.Contains(message,
            Assert.Throws<SourceUnreadableException>(() => Cut(length)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_behind_the_end_marker_are_reported()
    {
        Python.Run(Make + "add('a', b'1')\ntar.close()", folder.Path, "gnu", "1");
        byte[] one = File.ReadAllBytes(folder["a.tar"]);
        File.WriteAllBytes(folder["two.tar"], [.. one, .. one]);
        AdoptedRows rows = AdoptedRows.Of(Archives.Tar(folder["two.tar"]));
        Assert.Single(rows.Rows);
        Assert.Contains("ends at byte 1024", Assert.Single(rows.Findings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("w:gz", "application/gzip")]
    [InlineData("w:bz2", "application/x-bzip2")]
    [InlineData("w:xz", "application/x-xz")]
    public void A_compressed_archive_is_an_error_that_says_to_decompress_it(string mode, string type)
    {
        Python.Run("import sys, tarfile\ntarfile.open(sys.argv[1], sys.argv[2]).close()", folder["a.tar"], mode);
        string message = Assert.Throws<SourceUnreadableException>(() => AdoptedRows.Of(Archives.Tar(folder["a.tar"]))).Message;
        Assert.Contains(type, message, StringComparison.Ordinal);
        Assert.Contains("Decompress it first", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_volume_of_a_multi_volume_archive_and_other_files_are_errors()
    {
        Python.Run("""
            import os, subprocess, sys
            os.chdir(sys.argv[1]); open('data', 'wb').write(bytes(200_000))
            subprocess.run(['tar', '-M', '-L', '100', '-cf', 'one.tar', '-f', 'two.tar', '-f', 'three.tar', 'data'], check=True,
                           stdin=subprocess.DEVNULL)
            open('text.tar', 'w').write('no tar ' * 1000)
            """, folder.Path);
        AssertError("one.tar", "truncated");
        AssertError("two.tar", "multi-volume");
        AssertError("text.tar", "not a tar archive");
        AssertError("missing.tar", "cannot be read");

        void AssertError(string name, string message) => Assert.Contains(message, Assert.Throws<SourceUnreadableException>(
            () => AdoptedRows.Of(Archives.Tar(folder[name]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_of_one_stem_are_one_row_adjacent_or_not()
    {
        Python.Run(Make + """
            for n in ('s2.jpg', 's2.json', 's1.jpg', 'f/s1.cls', 's1.seg.png', 's2.CLS', 'README'): add(n, n.encode())
            tar.close()
            """, folder.Path, "ustar", "1");
        AdoptedRows rows = AdoptedRows.Of(Archives.Tar(folder["a.tar"], new() { GroupsByStem = true }), computesChecksums: true);
        Assert.Equal(["s2", "s1", "f/s1", "README"], rows.Rows.Select(r => r.Id));
        Assert.Equal(["content", "cls", "jpg", "json", "seg.png"], rows.Rows[0].Contents.Keys);
        foreach ((string row, string column, string text) in (ReadOnlySpan<(string, string, string)>)[("s2", "cls", "s2.CLS"),
            ("s1", "seg.png", "s1.seg.png"), ("s1", "jpg", "s1.jpg"), ("f/s1", "cls", "f/s1.cls"), ("README", "content", "README")])
        {
            Location place = rows[row].Contents[column]!;
            Assert.Equal(text, Encoding.UTF8.GetString(BytesAt(folder["a.tar"], place)));
            Assert.Equal(Codecs.Crc32C.Compute(Encoding.UTF8.GetBytes(text)), place.Crc);
        }
        Assert.Null(rows["s1"].Contents["json"]);
    }

    [Fact]
    public void Two_members_of_one_stem_and_ending_are_an_error_that_names_both()
    {
        Python.Run(Make + "add('a.jpg', b'1'); add('b.jpg', b'1'); add('a.JPG', b'2')\ntar.close()", folder.Path, "ustar", "1");
        Assert.Contains("'a.jpg (at byte 512)' and 'a.JPG (at byte 2560)'", Assert.Throws<SourceUnreadableException>(
            () => AdoptedRows.Of(Archives.Tar(folder["a.tar"], new() { GroupsByStem = true }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_on_a_web_server_is_read_with_few_requests_and_bytes()
    {
        Python.Run(Make + """
            for i in range(2000): add(f'small/{i}', bytes(i % 700))
            for i in range(5): add(f'large/{i}', bytes(2_000_000))
            tar.close()
            """, folder.Path, "pax", "1");
        await using TestServices.FileServer server = new(folder.Path);
        string address = server.Address.ToString().TrimEnd('/');
        Storage.IFileStore store = Storage.FileStore.For(address);
        AdoptedRows rows = AdoptedRows.Of(new TarArchive([new TarSource(new ArchiveRoot(address, store), "a.tar")]));
        AdoptedRows local = AdoptedRows.Of(Archives.Tar(folder["a.tar"]));
        Assert.Equal(local.Rows.Select(r => (r.Id, r.Size, r.Modified, r.MediaType, r.Contents["content"]!.Offset)),
            rows.Rows.Select(r => (r.Id, r.Size, r.Modified, r.MediaType, r.Contents["content"]!.Offset)));
        Assert.Equal($"{address}/a.tar", Assert.Single(rows.Files).Uri);
        Assert.InRange(store.Statistics.Requests, 1, 20);
        Assert.InRange(store.Statistics.BytesFetched, 1, 9_000_000);
    }

    [Fact]
    public void Several_archives_precede_the_ids_with_their_names()
    {
        foreach (string name in (string[])["x", "y"])
            Python.Run(Make + "add('a', b'1')\ntar.close()", Directory.CreateDirectory(folder[name]).FullName, "ustar", "1");
        TarArchive archive = new([Archives.TarOf(folder["x/a.tar"]), Archives.TarOf(folder["y/a.tar"])]);
        Assert.Equal(["a/a", "a-2/a"], AdoptedRows.Of(archive).Rows.Select(r => r.Id));
    }

    private string Png()
    {
        Python.Run("""
            import io, sys, tarfile
            with tarfile.open(sys.argv[1], 'w') as tar:
                d = b'\x89PNG\r\n\x1a\n' + bytes(1000); i = tarfile.TarInfo('misnamed.txt'); i.size = len(d); tar.addfile(i, io.BytesIO(d))
            """, folder["png.tar"]);
        return folder["png.tar"];
    }

    private static void AssertLikePython(AdoptedRows rows, string path)
    {
        string[][] expected = Archives.Python(List, path);
        Assert.Equal(expected.Select(e => (e[0], e[2])), rows.Rows.Select(r => (r.Id, $"{r.Size}")));
        foreach ((string[] e, AdoptedRow row) in expected.Zip(rows.Rows))
        {
            Location content = row.Contents["content"]!;
            if (row.Size > 0)
                Assert.Equal(e[1], $"{content.Offset}");
            Assert.Equal(Archives.MjdOf(e[3]), row.Modified!.Value, Archives.Microsecond);
            byte[] bytes = BytesAt(path, content);
            Assert.Equal(e[4], Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
            if (row.Size > 0)
                Assert.Equal(Codecs.Crc32C.Compute(bytes), content.Crc);
        }
    }

    private static byte[] BytesAt(string path, Location place)
    {
        using FileStream file = File.OpenRead(path);
        file.Position = place.Offset;
        byte[] bytes = new byte[place.Bytes];
        file.ReadExactly(bytes);
        return bytes;
    }
}
