using Pile.Fits.Native;
using Pile.Format;

namespace Pile.Fits;

/// <summary>Writes a FITS file, HDU by HDU. The same input gives identical bytes, without dates and program names.</summary>
/// <remarks>The file is complete after <see cref="Close"/>; disposing without it deletes the file. Not thread-safe.</remarks>
internal sealed class FitsWriter : IDisposable
{
    private readonly FitsFileHandle handle;
    private readonly string path;
    private int hduCount;
    private bool isClosed;

    private FitsWriter(string path, FitsFileHandle handle) => (this.path, this.handle) = (path, handle);

    /// <summary>Creates a file.</summary>
    /// <param name="path">The path, taken literally.</param>
    /// <exception cref="FitsException">The file exists, or cannot be created.</exception>
    internal static FitsWriter Create(string path)
    {
        string fullPath = System.IO.Path.GetFullPath(path);
        if (File.Exists(fullPath))
            throw new FitsException(path, null, "it already exists. Delete it first, or choose another name.");
        RequireCreatable(path, fullPath);
        int status = 0;
        FitsNative.Create(out FitsFileHandle handle, fullPath, ref status);
        if (status != 0 || handle.IsInvalid)
            throw new FitsException(path, null, $"it cannot be created: {FitsNative.Describe(status)}");
        FitsFileHandle.CountOpened();
        return new FitsWriter(path, handle);
    }

    /// <summary>Writes an image as the next HDU; the first HDU is the primary one.</summary>
    /// <typeparam name="T">byte, short, ushort, int, uint, long, float or double.</typeparam>
    /// <param name="pixels">The pixels, the first axis running fastest.</param>
    /// <param name="axes">NAXIS1, NAXIS2 …; empty for a header without data.</param>
    /// <param name="name">EXTNAME, or null.</param>
    /// <param name="cards">Additional cards, which must not be structural.</param>
    /// <exception cref="ArgumentException">The number of pixels, the type or a card is not valid.</exception>
    /// <exception cref="FitsException">Writing fails.</exception>
    internal unsafe void WriteImage<T>(ReadOnlySpan<T> pixels, ReadOnlySpan<long> axes, string? name = null,
        IEnumerable<FitsCard>? cards = null) where T : unmanaged
    {
        long expected = axes.IsEmpty ? 0 : 1;
        foreach (long length in axes)
            expected = checked(expected * length);
        if (pixels.Length != expected)
            throw new ArgumentException($"The axes [{string.Join(", ", axes.ToArray())}] require {expected} pixels, found {pixels.Length}.",
                nameof(pixels));
        (int bitpix, int type) = PixelCodes<T>();
        List<string> images = Format(name, cards);

        int status = 0;
        fixed (long* lengths = axes)
            FitsNative.CreateImage(handle, bitpix, axes.Length, lengths, ref status);
        hduCount++;
        WriteCards(images, ref status);
        fixed (T* first = pixels)
            if (!pixels.IsEmpty)
                FitsNative.WritePixels(handle, type, 1, pixels.Length, first, ref status);
        Check(status, "the image cannot be written");
    }

    /// <summary>Begins a binary table as the next HDU, after an empty primary HDU if it is the first.</summary>
    /// <param name="name">EXTNAME, or null.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="rowCount">The number of rows, where rows that are not written are zero; null for as many as are appended.</param>
    /// <param name="cards">Additional cards, which must not be structural.</param>
    /// <returns>The table, to be written before the next HDU is begun.</returns>
    /// <exception cref="ArgumentException">A column or a card is not valid.</exception>
    /// <exception cref="FitsException">Writing fails.</exception>
    internal FitsTableWriter BeginTable(string? name, IReadOnlyList<FitsColumnDefinition> columns, long? rowCount,
        IEnumerable<FitsCard>? cards = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount ?? 0);
        if (columns.Count is 0 or > 999) // FITS 4.0 §7.3.1
            throw new ArgumentException($"A table of FITS has 1 to 999 columns, but {columns.Count} are to be written. "
                + "Choose columns, or another format.", nameof(columns));
        List<string> images = [];
        for (int i = 0; i < columns.Count; i++)
        {
            columns[i].Check();
            if (columns[i].Dimensions is { } dimensions)
                images.AddRange(FitsCard.Text($"TDIM{i + 1}", dimensions).Format());
            if (columns[i].NullValue is { } missing)
                images.AddRange(FitsCard.Integer($"TNULL{i + 1}", missing).Format());
            if (columns[i].Ucd is { } ucd)
                images.AddRange(FitsCard.Text($"TUCD{i + 1}", ucd).Format());
        }
        images.AddRange(Format(null, cards));

        int status = 0;
        const int BinaryTable = 2;
        FitsNative.CreateTable(handle, BinaryTable, rowCount ?? 0, columns.Count, [.. columns.Select(c => c.Name)],
            [.. columns.Select(c => c.Form)],
            [.. columns.Select(c => c.Unit ?? "")], name, ref status);
        hduCount = Math.Max(2, hduCount + 1);
        WriteCards(images, ref status);
        for (int i = 0; i < columns.Count; i++)
            FitsNative.ChangeComment(handle, $"TTYPE{i + 1}",
                string.Concat((columns[i].Description ?? "").Select(c => c is >= ' ' and <= '~' ? c : '?')), ref status);
        Check(status, "the table cannot be created");
        return new FitsTableWriter(this, handle, columns, rowCount, hduCount);
    }

    /// <summary>Completes the file.</summary>
    /// <exception cref="FitsException">The last bytes cannot be written; the file is deleted.</exception>
    internal void Close()
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed || isClosed, this);
        isClosed = true;
        int status = handle.CloseChecked();
        handle.Dispose();
        if (status == 0)
            return;
        string reason = FitsNative.Describe(status);
        FitsException error = DiskFault(status) ?? new FitsException(path, null,
            $"it cannot be completed: {reason}. It was deleted; free disk space and write it again.");
        File.Delete(path);
        throw error;
    }

    /// <summary>Deletes the file unless it was closed.</summary>
    public void Dispose()
    {
        if (isClosed)
            return;
        isClosed = true;
        handle.Delete(); // the status is ignored: the file was not complete anyway
        handle.Dispose();
    }

    /// <summary>Rejects writing to a table after the next HDU was begun.</summary>
    internal void CheckCurrent(int hduNumber)
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        if (hduNumber != hduCount)
            throw new InvalidOperationException("This table is complete, because the next HDU was begun.");
    }

    internal void Check(int status, string finding)
    {
        if (status == 0)
            return;
        string reason = FitsNative.Describe(status); // also clears it for later errors
        throw DiskFault(status) ?? Error($"{finding}: {reason}");
    }

    internal FitsException Error(string finding) => new(path, $"{hduCount - 1}", finding);

    // cfitsio reports neither permissions nor the system's error.
    private static void RequireCreatable(string path, string fullPath)
    {
        try
        {
            using (new FileStream(fullPath, FileMode.CreateNew, FileAccess.Write))
            {
            }
            File.Delete(fullPath);
        }
        catch (Exception e) when (FileFault.Is(e))
        {
            throw OfSystem(path, fullPath, e);
        }
    }

    /// <summary>Returns an exception with the system's error if a write failed because of the disk, such as a full one; null otherwise.
    /// </summary>
    /// <remarks>cfitsio reports only that a write failed, so that another one is attempted.</remarks>
    private FitsException? DiskFault(int status)
    {
        const int AttemptBytes = 1 << 16;
        if (status is not (FitsNative.WriteError or FitsNative.CloseError))
            return null;
        try
        {
            using FileStream file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(new byte[AttemptBytes]);
            return null;
        }
        catch (Exception e) when (FileFault.Is(e))
        {
            return OfSystem(path, System.IO.Path.GetFullPath(path), e);
        }
    }

    private static FitsException OfSystem(string path, string fullPath, Exception e) =>
        new(path, null, FileFault.TextOf(e).Replace($" : '{fullPath}'", "", StringComparison.Ordinal), e);

    private static List<string> Format(string? name, IEnumerable<FitsCard>? cards)
    {
        List<string> images = name is null ? [] : [.. FitsCard.Text("EXTNAME", name).Format()];
        foreach (FitsCard card in cards ?? [])
        {
            if (card.Keyword is "SIMPLE" or "XTENSION" or "BITPIX" or "EXTEND" or "PCOUNT" or "GCOUNT" or "GROUPS" or "THEAP" or "TFIELDS"
                or "END" or "BSCALE" or "BZERO" || card.Keyword.StartsWith("NAXIS", StringComparison.Ordinal))
                throw new ArgumentException($"Keyword {card.Keyword} is structural and must not be given: the writer derives it from the "
                    + "data.", nameof(cards));
            images.AddRange(card.Format());
        }
        return images;
    }

    private void WriteCards(List<string> images, ref int status)
    {
        foreach (string image in images)
            FitsNative.WriteCard(handle, image, ref status);
    }

    private static (int Bitpix, int Type) PixelCodes<T>() => Type.GetTypeCode(typeof(T)) switch
    {
        TypeCode.Byte => (8, NativeType.UInt8),
        TypeCode.Int16 => (16, NativeType.Int16),
        TypeCode.UInt16 => (20, NativeType.UInt16), // USHORT_IMG: 16 with BZERO
        TypeCode.Int32 => (32, NativeType.Int32),
        TypeCode.UInt32 => (40, NativeType.UInt32), // ULONG_IMG: 32 with BZERO
        TypeCode.Int64 => (64, NativeType.Int64),
        TypeCode.Single => (-32, NativeType.Float32),
        TypeCode.Double => (-64, NativeType.Float64),
        _ => throw new ArgumentException($"Writing pixels of type {typeof(T).Name} is not supported.", nameof(T)),
    };
}
