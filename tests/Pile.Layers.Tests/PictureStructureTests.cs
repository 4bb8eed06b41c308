using System.Buffers.Binary;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Layers.Tests;

/// <summary>Damage of PNG and JPEG files, compared with the PngSuite and with what Pillow wrote.</summary>
public sealed class PictureStructureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Files_of_the_PngSuite_are_damaged_if_their_names_begin_with_x()
    {
        string[] files = Directory.GetFiles(TestPaths.Data("pictures/pngsuite"), "*.png");
        Assert.Equal(22, files.Length);
        foreach (string file in files)
            Assert.True(FaultOf(MediaType.Png, File.ReadAllBytes(file)) is not null == Path.GetFileName(file).StartsWith('x'), file);
    }

    [Fact]
    public void Truncated_and_changed_files_are_damaged_and_complete_ones_are_not()
    {
        Python.Run("""
            import os, sys
            from PIL import Image
            os.chdir(sys.argv[1])
            noise = Image.effect_noise((37, 29), 90)
            for mode in ('1', 'L', 'LA', 'P', 'RGB', 'RGBA', 'I;16'):
                noise.convert(mode).save(f'{mode[0]}{len(mode)}.png')
            for name, options in (('a', {}), ('p', {'progressive': True}), ('r', {'restart_marker_blocks': 2}),
                    ('e', {'exif': b'Exif\0\0' + b'\xff\xd9' * 500})):
                noise.convert('RGB').save(name + '.jpg', **options)
            noise.save('g.jpg'); noise.convert('CMYK').save('c.jpg')
            """, folder.Path);
        string[] files = Directory.GetFiles(folder.Path);
        Assert.Equal(13, files.Length);
        foreach (string file in files)
        {
            byte[] bytes = File.ReadAllBytes(file);
            MediaType type = file.EndsWith(".png", StringComparison.Ordinal) ? MediaType.Png : MediaType.Jpeg;
            Assert.Equal((file, null), (file, FaultOf(type, bytes)));
            Assert.Equal((file, null), (file, FaultOf(type, [.. bytes, .. "more"u8])));
            for (int length = 0; length < bytes.Length; length++)
                Assert.NotNull(FaultOf(type, bytes[..length]));
            for (int at = 8; type == MediaType.Png && at < bytes.Length; at++)
            {
                byte[] changed = [.. bytes];
                changed[at] ^= 0x10;
                Assert.True(FaultOf(type, changed) is not null, $"{file}: byte {at} was changed");
            }
        }
    }

    [Fact]
    public void A_header_with_more_rows_than_pixels_is_damage()
    {
        byte[] png = File.ReadAllBytes(TestPaths.Data("pictures/pngsuite/basn6a16.png"));
        png[23]++;
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), PngCrc.Of(png.AsSpan(12, 17)));
        Assert.Equal("is a PNG whose pixels end in row 32 of 33", FaultOf(MediaType.Png, png));
    }

    private static string? FaultOf(MediaType type, byte[] file)
    {
        try
        {
            _ = PictureHeader.Read(type, file, isComplete: true);
            PictureStructure.Check(type, file);
            return null;
        }
        catch (HeaderFaultException e)
        {
            return e.Message;
        }
    }

    public void Dispose() => folder.Dispose();
}
