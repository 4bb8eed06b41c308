using FsCheck;
using FsCheck.Fluent;
using Pile.TestKit;

namespace Pile.Layers.Tests;

/// <summary>Sizes of pictures by their headers, compared with Pillow and astropy.</summary>
public sealed class SourceHeaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task Sizes_and_media_types_are_those_of_pillow_and_astropy()
    {
        string[] expected = Python.Run("""
            import sys, os, numpy as np
            from PIL import Image
            from astropy.io import fits
            out = sys.argv[1]
            def save(name, mode, size, **more):
                Image.new(mode, size).save(os.path.join(out, name), **more)
            for mode in ['1', 'L', 'LA', 'P', 'RGB', 'RGBA', 'I;16']: save(f'p{mode[0]}{len(mode)}.png', mode, (31, 17))
            save('l.jpg', 'L', (5, 6)); save('rgb.jpg', 'RGB', (700, 3), progressive=True); save('cmyk.jpg', 'CMYK', (8, 9))
            save('s.jpg', 'RGB', (70, 30)) # bytes between segments, which Pillow skips, too
            data = open(f'{out}/s.jpg', 'rb').read(); at = data.index(b'\xff\xdb')
            open(f'{out}/stray.jpg', 'wb').write(data[:at] + b'?>\xff\x00\x0e' + bytes(3000) + data[at:])
            save('exif.jpg', 'RGB', (12, 13), exif=b'Exif\0\0' + bytes(60000))
            save('profile.jpg', 'CMYK', (14, 15), icc_profile=bytes(range(256)) * 2176)
            save('w.webp', 'RGB', (9, 8)); save('wa.webp', 'RGBA', (9, 7), lossless=True)
            save('we.webp', 'RGB', (5, 4), exif=b'Exif\0\0MM')
            save('g.gif', 'P', (3, 4)); save('t.tif', 'RGB', (64, 48)); save('tl.tif', 'L', (300, 400))
            save('late.tif', 'RGB', (400, 300), compression='raw')
            fits.PrimaryHDU(np.zeros((3, 20, 30), 'f4')).writeto(f'{out}/cube.fits')
            fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(np.zeros((7, 11), 'i2'))]).writeto(f'{out}/ext.fits')
            fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(np.zeros((70, 50), 'f4'))]).writeto(f'{out}/zip.fits')
            for name in sorted(os.listdir(out)):
                if name.endswith('.fits'):
                    with fits.open(f'{out}/{name}') as h:
                        shape = next(x.shape for x in h if x.shape)
                    print(name, shape[-1], shape[-2], int(np.prod(shape[:-2])), 'application/fits')
                else:
                    with Image.open(f'{out}/{name}') as i:
                        print(name, i.width, i.height, len(i.getbands()), Image.MIME[i.format])
            """, folder.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        FolderListing listing = new(folder.Path, new HashSet<string>(), 2);
        SkippedFiles skipped = new();
        IReadOnlyList<ScannedFile> files = await listing.ListAsync(skipped, default).FirstAsync();
        await listing.ExamineAsync(files, new FileExamination(computesChecksums: false), skipped, default);
        Assert.Equal(expected, files.Select(f => $"{f.Path} {f.Size?.Width} {f.Size?.Height} {f.Size?.Bands} {f.MediaType}"));
        Assert.Empty(skipped.Listed);
        Assert.All(files, f => Assert.Null(f.Fault));
    }

    [Fact]
    public void Damaged_headers_are_faults_and_never_crash()
    {
        byte[][] starts = [[0x89, .. "PNG\r\n\u001A\n\0\0\0\rIHDR"u8], [0xFF, 0xD8, 0xFF, 0xE0, 0, 16], [.. "GIF89a"u8],
            [.. "RIFF    WEBPVP8X"u8], [.. "RIFF    WEBPVP8L"u8], [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0],
            [(byte)'M', (byte)'M', 0, 43, 0, 8, 0, 0], [.. "SIMPLE  =                    T"u8]];
        Gen<(byte[], int)> files = from start in Gen.Elements(starts)
                                   from rest in Gen.ArrayOf(Gen.Choose(0, 255).Select(b => (byte)b))
                                   from cut in Gen.Choose(0, 40)
                                   select (start.Concat(rest).ToArray(), cut);
        Prop.ForAll(files.ToArbitrary(), file =>
        {
            byte[] bytes = file.Item1[..Math.Min(file.Item1.Length, file.Item2 == 0 ? int.MaxValue : file.Item2)];
            ScannedFile found = new() { Path = "x.png", SizeBytes = bytes.Length };
            FileExamination.Examine(found, bytes, bytes.Length);
            FileExamination.Examine(found, bytes, bytes.Length + 10);
            return found.Size is null or { Width: > 0, Height: > 0, Bands: > 0 };
        }).Check(Laws.Repeatable);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("hello", "is named image/png, but its content is text/plain")]
    [InlineData("\u0089PNG\r\n\u001A\n", "is too short for a PNG header")]
    public void A_picture_that_is_none_has_a_fault(string content, string fault)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(content);
        ScannedFile file = new() { Path = "a/b.PNG", SizeBytes = bytes.Length };
        FileExamination.Examine(file, bytes, bytes.Length);
        Assert.Equal(fault, file.Fault);
    }

    public void Dispose() => folder.Dispose();
}
