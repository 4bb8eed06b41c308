using System.Buffers.Binary;
using System.Text;
using Pile.Fits;
using Pile.Format;
using Pile.Sky;
using Pile.Tables.Opening;

namespace Pile.Tables;

/// <summary>Reads and writes coverage maps.</summary>
/// <remarks>It reads FITS of MOC 1.x and 2.0 (NUNIQ, RANGE), HEALPix maps (as the pixels with a value), the string of the standard, and
/// JSON. It writes FITS with NUNIQ ordering and the keywords of both versions, which readers of either version understand.</remarks>
public static partial class MocFile
{
    private const int LongestText = 64 << 20;

    /// <summary>Reads a map, which may be compressed with gzip. The format is detected from the first bytes.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="SourceUnreadableException">The file is missing, is not a coverage map, is not in ICRS (COORDSYS other than C), or
    /// is a map of time.</exception>
    /// <exception cref="PileException">The FITS file is damaged.</exception>
    public static Moc Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            RegularFile.Require(path);
            if (!IsFits(path))
                return Moc.Parse(ReadText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
        catch (FormatException e)
        {
            throw new SourceUnreadableException(path, $"it is not a coverage map: {e.Message.TrimEnd('.')}",
                "Use a MOC as FITS, as text such as '3/1-4 5/10', or as JSON", e);
        }
        catch (InvalidDataException e)
        {
            throw Broken(path, e);
        }
        using FitsFile fits = FitsFile.OpenRead(path);
        return Table(fits, path).Read();
    }

    /// <summary>Reads a space-time map (ST-MOC) from FITS (MOC 2.0), which may be compressed with gzip.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The map; null if the file is not FITS, or a map of the sky alone, which <see cref="Read"/> reads.</returns>
    /// <exception cref="SourceUnreadableException">The file is missing, is not a coverage map, or not a valid one.</exception>
    /// <exception cref="PileException">The FITS file is damaged.</exception>
    public static SpaceTimeMoc? ReadSpaceTime(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            RegularFile.Require(path);
            if (!IsFits(path))
                return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
        catch (InvalidDataException e)
        {
            throw Broken(path, e);
        }
        using FitsFile fits = FitsFile.OpenRead(path);
        return Table(fits, path) is { IsSpaceTime: true } table ? table.ReadSpaceTime() : null;
    }

    private static bool IsFits(string path)
    {
        byte[] first = new byte[6];
        using Stream content = OpenContent(path);
        int read = content.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        return first.AsSpan(0, read).SequenceEqual("SIMPLE"u8);
    }

    private static string ReadText(string path)
    {
        using Stream content = OpenContent(path);
        using MemoryStream text = new();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = content.Read(buffer)) > 0; text.Write(buffer, 0, read))
            if (text.Length + read > LongestText)
                throw new SourceUnreadableException(path,
                    $"it is not a FITS file, and has more than the {LongestText} bytes of the longest text of a coverage map",
                    "Use a MOC as FITS, as text such as '3/1-4 5/10', or as JSON");
        text.Position = 0;
        using StreamReader reader = new(text, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static Stream OpenContent(string path)
    {
        FileStream file = File.OpenRead(path);
        byte[] first = new byte[2];
        bool isGzip = file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == 2
            && BinaryPrimitives.ReadUInt16BigEndian(first) == 0x1F8B;
        file.Position = 0;
        return isGzip ? new GzipContent(file) : file;
    }

    private static SourceUnreadableException Unreadable(string path, Exception e) =>
        new(path, $"cannot be read: {e.Message.TrimEnd('.')}", "Check the path", e);

    private static SourceUnreadableException Broken(string path, InvalidDataException e) =>
        new(path, $"the gzip data are {e.Message.TrimEnd('.')}", "Get the file again", e);

    private static FitsMoc Table(FitsFile fits, string path)
    {
        foreach (FitsHdu hdu in fits.Hdus)
            if (hdu.Kind is FitsHduKind.Table && (hdu.Header.Contains("ORDERING") || hdu.Header.Contains("PIXTYPE")))
                return new FitsMoc(fits, hdu);
        throw new SourceUnreadableException(path,
            $"it contains no table with PIXTYPE or ORDERING, which a coverage map has. {fits.Contents().TrimEnd('.')}", "Use a MOC");
    }

    /// <summary>Writes a map as FITS.</summary>
    /// <param name="path">A file that does not exist.</param>
    /// <param name="moc">The map.</param>
    /// <exception cref="OutputExistsException">The file exists.</exception>
    /// <exception cref="PileException">The file cannot be written.</exception>
    public static void Write(string path, Moc moc)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(moc);
        if (File.Exists(path))
            throw new OutputExistsException(path, "Remove it, or write to another name");
        long[] uniq = [.. moc.Cells().Select(c => (4L << (2 * c.Order)) + c.Pixel)];
        using FitsWriter writer = FitsWriter.Create(path);
        FitsTableWriter table = writer.BeginTable(null, [new FitsColumnDefinition("UNIQ", FitsType.Int64)], uniq.Length,
        [
            FitsCard.Text("PIXTYPE", "HEALPIX", "HEALPix pixels"),
            FitsCard.Text("ORDERING", "NUNIQ", "4 * 4^order + pixel"),
            FitsCard.Text("COORDSYS", "C", "ICRS"),
            FitsCard.Text("MOCVERS", "2.0", "IVOA MOC"),
            FitsCard.Text("MOCDIM", "SPACE", "coverage of the sky"),
            FitsCard.Integer("MOCORD_S", moc.MaxOrder, "finest order, MOC 2.0"),
            FitsCard.Integer("MOCORDER", moc.MaxOrder, "finest order, MOC 1.x"),
        ]);
        table.Write<long>(0, 0, uniq);
        writer.Close();
    }
}
