using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Pile.Format;

namespace Pile.Storage;

/// <summary>The record beside an unfinished download: which file it is, and the SHA-256 of each range that is complete.</summary>
/// <remarks>A line is appended for each range. A line that was not written completely, or a range whose bytes differ, is fetched
/// again.</remarks>
internal sealed class PartRecord
{
    private const string Version = "pile-part 1";

    private readonly string path;
    private readonly Lock appending = new();

    private PartRecord(string path) => this.path = path;

    /// <summary>Opens the record of a download, and returns the complete ranges.</summary>
    /// <param name="path">The record.</param>
    /// <param name="file">The remote file, with the ETag and length of its current version.</param>
    /// <param name="rangeBytes">The length of the ranges, except of the last one.</param>
    /// <param name="part">The file with the fetched bytes.</param>
    /// <param name="complete">Receives the numbers of the complete ranges.</param>
    internal static PartRecord Open(string path, RemoteObject file, int rangeBytes, SafeFileHandle part, out HashSet<long> complete)
    {
        string head = string.Create(CultureInfo.InvariantCulture,
            $"{Version}\n{Redaction.Apply(file.Address)}\n{file.Tag}\n{file.LengthBytes} {rangeBytes}\n");
        string found = File.Exists(path) ? File.ReadAllText(path) : "";
        complete = [];
        if (!found.StartsWith(head, StringComparison.Ordinal))
        {
            RandomAccess.SetLength(part, 0);
            File.WriteAllText(path, head);
            return new PartRecord(path);
        }
        string[] lines = found[head.Length..].Split('\n');
        foreach (string line in lines[..^1]) // what follows the last line feed is not complete
            if (line.Split(' ') is [var number, { Length: 64 } sha256]
                && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long range)
                && range * rangeBytes < file.LengthBytes && HashOf(part, range * rangeBytes,
                    Math.Min(rangeBytes, file.LengthBytes - (range * rangeBytes))) == sha256)
                complete.Add(range);
        if (lines[^1].Length > 0)
            File.AppendAllText(path, "\n");
        return new PartRecord(path);
    }

    /// <summary>Records a range whose bytes have been written.</summary>
    internal void Add(long range, SafeFileHandle part, long offsetBytes, long bytes)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{range} {HashOf(part, offsetBytes, bytes)}\n");
        lock (appending)
            File.AppendAllText(path, line);
    }

    /// <summary>Returns the SHA-256 of a range of a local file; empty if the file is shorter.</summary>
    internal static string HashOf(SafeFileHandle part, long offsetBytes, long bytes)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        for (long done = 0; done < bytes;)
        {
            int count = RandomAccess.Read(part, buffer.AsSpan(0, (int)Math.Min(buffer.Length, bytes - done)), offsetBytes + done);
            if (count == 0)
                return "";
            hash.AppendData(buffer, 0, count);
            done += count;
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
