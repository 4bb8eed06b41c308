using System.Text;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Adopting.Tests.Content;

public class MediaTypesTests
{
    /// <summary>The names of libmagic that mean the same type, or a kind of text that the first bytes do not show.</summary>
    private static readonly Dictionary<string, string[]> Alike = new()
    {
        ["application/fits"] = ["image/fits", "application/fits"],
        ["application/x-hdf5"] = ["application/x-hdf", "application/x-hdf5", "application/x-matlab-data"],
        ["application/x-empty"] = ["inode/x-empty"],
        ["application/vnd.apache.parquet"] = ["application/vnd.apache.parquet", "application/octet-stream"],
        ["application/x-votable+xml"] = ["text/xml", "text/plain"],
        ["application/x-npy"] = ["application/octet-stream"],
        ["application/x-npz"] = ["application/zip"],
        ["application/x-ndjson"] = ["application/x-ndjson", "application/json", "text/plain"],
    };

    [Fact]
    public void Types_of_the_test_data_are_those_of_libmagic()
    {
        string[] files = [.. Directory.EnumerateFiles(TestPaths.Data(""), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        string[][] expected = Archives.Python("""
            import subprocess, sys
            for path in open(sys.argv[1]).read().splitlines():
                print(subprocess.run(['file', '-b', '--mime-type', '--mime-encoding', path], capture_output=True, text=True).stdout.strip())
            """, ListOf(files));
        List<string> wrong = [];
        HashSet<string> types = [];
        foreach ((string path, string[] line) in files.Zip(expected))
        {
            string[] fields = line[0].Split("; charset=");
            string type = TypeOf(File.ReadAllBytes(path));
            types.Add(type);
            bool isText = fields[0].StartsWith("text/", StringComparison.Ordinal);
            bool isSame = type == "text/plain" ? fields[1] is "us-ascii" or "utf-8" && (isText
                    || fields[0] is "application/json" or "application/x-ndjson" or "application/csv")
                : Alike.GetValueOrDefault(type, [type]).Contains(fields[0]);
            if (!isSame && Path.GetFileName(path) != "test_userblock_latest.hdf5") // its HDF5 begins behind the first bytes
                wrong.Add($"{Path.GetRelativePath(TestPaths.Data(""), path)}: {type}, libmagic {line[0]}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(types.Count >= 8, string.Join(", ", types));
    }

    [Fact]
    public void Types_of_files_that_python_writes_are_those_of_libmagic()
    {
        using TemporaryFolder folder = new();
        string[][] expected = Archives.Python("""
            import bz2, glob, gzip, io, json, lzma, numpy, os, sqlite3, subprocess, sys, tarfile, wave, zipfile
            os.chdir(sys.argv[1])
            rows = b'line of text\n' * 100
            open('empty', 'wb').close()
            for e, m in (('gz', gzip), ('bz2', bz2), ('xz', lzma)): open('a.' + e, 'wb').write(m.compress(rows))
            open('text', 'wb').write(rows); open('utf8', 'w').write('äöü€😀' * 200)
            open('latin1', 'wb').write('äöü'.encode('latin-1') * 200)
            open('control', 'wb').write(b'text\x01text')
            for f in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
                with tarfile.open(f'{f}.tar', 'w', format=f) as t: t.add('text')
            with zipfile.ZipFile('a.zip', 'w') as z: z.write('text')
            zipfile.ZipFile('none.zip', 'w').close()
            numpy.save('a.npy', numpy.arange(5)); numpy.savez('a.npz', x=numpy.arange(5))
            json.dump({'a': [1, 2.5, None, True, 'x"y', {}], 'b': 'c' * 1000}, open('a.json', 'w'))
            json.dump(list(range(1000)), open('b.json', 'w')); open('c.json', 'w').write('  {}\n')
            open('a.ini', 'w').write('[section]\nkey = value\n'); open('list.md', 'w').write('[1] Author, Title\n[2] Other\n')
            open('code.txt', 'w').write('{ int x = 1; }\n')
            open('a.xml', 'w').write('<?xml version="1.0"?>\n<root/>\n'); open('a.html', 'w').write('<!DOCTYPE html>\n<html></html>\n')
            open('a.svg', 'w').write('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"></svg>\n')
            open('bm.txt', 'w').write('BM is the beginning of this text, not of a bitmap\n')
            w = wave.open('a.wav', 'wb'); w.setparams((1, 2, 8000, 0, 'NONE', '')); w.writeframes(bytes(100)); w.close()
            c = sqlite3.connect('a.db'); c.execute('create table t (x)'); c.commit(); c.close()
            try:
                from PIL import Image
                for e in ('jpeg', 'png', 'gif', 'tiff', 'bmp', 'webp', 'pdf', 'jp2', 'eps'): Image.new('RGB', (8, 8)).save('image.' + e)
            except ImportError: pass
            for path in sorted(glob.glob('*')):
                print(path, subprocess.run(['file', '-b', '--mime-type', path], capture_output=True, text=True).stdout.strip(), sep='\t')
            """, folder.Path);
        List<string> wrong = [];
        foreach (string[] line in expected)
        {
            string type = TypeOf(File.ReadAllBytes(folder[line[0]])), found = line[1];
            string[] alike = line[0] switch
            {
                "latin1" => ["text/plain", "application/octet-stream"], // not UTF-8
                "code.txt" => ["text/plain", "text/x-c"],
                _ => Alike.GetValueOrDefault(type, [type]),
            };
            if (!alike.Contains(found) || (line[0] is "latin1" or "control" && type != "application/octet-stream"))
                wrong.Add($"{line[0]}: {type}, libmagic {line[1]}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(expected.Length >= 28);
    }

    [Theory]
    [InlineData("{\"a\": [1, 2", false, "application/json")]
    [InlineData("{\"a\": [1, 2", true, "text/plain")]
    [InlineData("{\"a\": 1}\n{\"a\": 2}\n", true, "application/x-ndjson")]
    [InlineData("{\"a\": 1} {\"a\": 2}", true, "text/plain")]
    [InlineData("[tru", false, "application/json")]
    [InlineData("[tru", true, "text/plain")]
    [InlineData("[1, ]", true, "text/plain")]
    [InlineData("{\"a\" 1}", true, "text/plain")]
    [InlineData("{,}", true, "text/plain")]
    [InlineData("[]", true, "application/json")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", false, "application/json")]
    public void Json_is_text_whose_beginning_parses(string text, bool isComplete, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(MediaTypes.NameOf(MediaTypes.Of(Encoding.UTF8.GetBytes(text), isComplete))));

    [Fact]
    public void A_character_that_the_head_cuts_is_text_and_one_that_the_file_cuts_is_not()
    {
        byte[] text = Encoding.UTF8.GetBytes("a😀");
        for (int length = 2; length < text.Length; length++)
        {
            Assert.Equal(MediaType.Text, MediaTypes.Of(text.AsSpan(0, length), isComplete: false));
            Assert.Equal(MediaType.Binary, MediaTypes.Of(text.AsSpan(0, length), isComplete: true));
        }
        Assert.Equal(MediaType.Text, MediaTypes.Of(text, isComplete: true));
        Assert.Equal(MediaType.Text, MediaTypes.Of(text, isComplete: false));
        Assert.Equal(MediaType.Binary, MediaTypes.Of([.. "a"u8, 0x80, 0x80, 0x80, 0x80], isComplete: false));
    }

    [Fact]
    public void Random_bytes_have_a_type_and_nothing_is_allocated()
    {
        Random random = new(7);
        byte[] head = new byte[MediaTypes.HeadBytes];
        byte[] some = Encoding.ASCII.GetBytes("{}[]\":,tfn019 \n<?xml");
        _ = MediaTypes.Of("{}"u8, true);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20_000; i++)
        {
            int length = random.Next(head.Length + 1);
            for (int at = 0; at < length; at++)
                head[at] = i % 2 == 0 ? some[random.Next(some.Length)] : (byte)random.Next(256);
            Assert.True(MediaTypes.NameOf(MediaTypes.Of(head.AsSpan(0, length), i % 3 == 0)).Length > 0);
        }
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000);
    }

    private static string TypeOf(byte[] file) => Encoding.UTF8.GetString(MediaTypes.NameOf(
        MediaTypes.Of(file.AsSpan(0, Math.Min(file.Length, MediaTypes.HeadBytes)), file.Length <= MediaTypes.HeadBytes)));

    private static string ListOf(string[] files)
    {
        string list = Path.GetTempFileName();
        File.WriteAllLines(list, files);
        return list;
    }
}
