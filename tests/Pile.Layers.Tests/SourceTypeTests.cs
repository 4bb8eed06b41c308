using Pile.TestKit;

namespace Pile.Layers.Tests;

/// <summary>Media types of files whose names and contents differ.</summary>
public class SourceTypeTests
{
    [Fact]
    public async Task A_name_that_the_content_contradicts_does_not_count()
    {
        using TemporaryFolder folder = new();
        string[] expected = Python.Run("""
            import os, random, struct, subprocess, sys
            os.chdir(sys.argv[1])
            random.seed(3)
            noise = bytes([0, 1, 2, 3]) + random.randbytes(5000)
            first = b'name'.ljust(100, b'\0') + b'0000644\0' + b'0000000\0' * 2 + b'00000000005\0' + b'00000000000\0'
            last = b'0'.ljust(356, b'\0')
            old = first + b'%06o\0 ' % (sum(first) + sum(last) + 256) + last + b'hello'.ljust(1024, b'\0')
            for name, data in {
                    'a.npy': b'404: Not Found', 'a.parquet': b'404: Not Found', 'a.h5': b'404: Not Found', 'a.zip': b'404: Not Found',
                    'a.mp4': b'404: Not Found', 'a.tar': b'404: Not Found', 'b.txt': noise, 'b.dat': noise, 'b.json': noise, 'b.h5': noise,
                    'b.zip': noise, 'b.nc': noise, 'b.html': noise, 'b.csv': noise, 'b.yaml': noise, 'b.mp3': noise, 'b.tar': noise,
                    'b.mp4': noise, 'b.eps': noise,
                    'c.tar': old, 'c.mp3': bytes([0xFF, 0xFB, 0x90, 0x64]) + bytes(413),
                    'c.mov': struct.pack('>I', 1 << 28) + b'mdat' + noise,
                    }.items():
                open(name, 'wb').write(data)
            for name in sorted(os.listdir('.')):
                print(name, subprocess.run(['file', '-b', '--mime-type', name], capture_output=True, text=True).stdout.strip())
            """, folder.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        FolderListing listing = new(folder.Path, new HashSet<string>(), 2);
        SkippedFiles skipped = new();
        IReadOnlyList<ScannedFile> files = await listing.ListAsync(skipped, default).FirstAsync();
        await listing.ExamineAsync(files, new FileExamination(computesChecksums: false), skipped, default);
        Assert.Equal(expected, files.Select(f => $"{f.Path} {f.MediaType}"));
    }

    [Theory]
    [InlineData("a.csv", "a,b\n1,2\n", "text/csv")]
    [InlineData("a.yaml", "a: 1\n", "application/yaml")]
    [InlineData("a.json", "{\"a\": NaN}", "application/json")]
    [InlineData("a.csv", "name\nJos\u00e9\n", "text/csv")] // Latin-1
    [InlineData("a.csv", "\u00ff\u00fea\0,\0b\0", "text/csv")] // UTF-16
    [InlineData("a.mp4", "\0\0\0\u0018ftyp3gp4", "video/mp4")]
    [InlineData("a.unknown", "a: 1\n", "text/plain")]
    public void A_kind_that_the_content_does_not_show_is_that_of_the_name(string name, string latin1, string expected)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(latin1);
        ScannedFile file = new() { Path = name, SizeBytes = bytes.Length };
        FileExamination.Examine(file, bytes, bytes.Length);
        Assert.Equal(expected, file.MediaType);
    }

    [Theory]
    [InlineData("a.jpg", "image/png", null)]
    [InlineData("a.fits", "image/png", null)]
    [InlineData("a.png", "image/png", null)]
    [InlineData("a.jpg", "text/plain", "is named image/jpeg, but its content is text/plain")]
    [InlineData("a.jpg", "application/gzip", "is named image/jpeg, but its content is application/gzip")]
    public void A_picture_of_another_format_than_its_name_says_is_no_fault(string name, string type, string? fault)
    {
        byte[] bytes = type switch
        {
            "image/png" => File.ReadAllBytes(TestPaths.Data("pictures/pngsuite/basn6a16.png")),
            "application/gzip" => [0x1F, 0x8B, 8, 0],
            _ => [.. "no picture"u8],
        };
        ScannedFile file = new() { Path = name, SizeBytes = bytes.Length };
        FileExamination.Examine(file, bytes, bytes.Length);
        Assert.Equal((type, fault), (file.MediaType, file.Fault));
        Assert.Equal(fault is null ? 32 : null, file.Size?.Width);
    }

    [Theory]
    [InlineData("<!-- a comment -->\n<svg width='1'/>", "image/svg+xml")]
    [InlineData("<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'svg11.dtd'>\n<svg/>", "image/svg+xml")]
    [InlineData("<?xml version='1.0'?><!-- LONG --><!DOCTYPE svg [ <!ENTITY a 'b'> ]><svg/>", "image/svg+xml")]
    [InlineData("<?xml version='1.0'?>\n<!-- LONG -->\n<?style a?>\n<s:svg xmlns:s='b'/>", "image/svg+xml")]
    [InlineData("<!-- LONG --><svg/>", "image/svg+xml")]
    [InlineData("<?xml version='1.0' encoding='iso-8859-1'?>\n<!-- Caf\u00e9 -->\n<svg/>", "image/svg+xml")]
    [InlineData("<?xml version='1.0'?>\n<!-- LONG <svg> -->\n<root/>", "text/xml")]
    [InlineData("<!-- <svg> --><html></html>", "text/html")]
    [InlineData("\u00ff\u004f\u00ff\u0051\0\u002f", "image/jp2")]
    public void Content_is_recognised_behind_comments_and_in_other_forms(string text, string expected)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(text.Replace("LONG", new string('x', 3000), StringComparison.Ordinal));
        ScannedFile file = new() { Path = expected == "image/jp2" ? "a.j2k" : "a.svg", SizeBytes = bytes.Length };
        FileExamination.Examine(file, bytes, bytes.Length);
        Assert.Equal(expected, file.MediaType);
        Assert.Equal(!expected.StartsWith("image/", StringComparison.Ordinal), file.Fault is not null);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(8192)]
    public void A_long_user_block_of_HDF5_is_recognised_with_the_name(int offset)
    {
        byte[] bytes = [.. new byte[offset], 0x89, .. "HDF\r\n\u001A\n"u8, .. new byte[100]];
        ScannedFile file = new() { Path = "a.h5", SizeBytes = bytes.Length };
        FileExamination.Examine(file, bytes, bytes.Length);
        Assert.Equal("application/x-hdf5", file.MediaType);
    }
}
