using System.Buffers;

namespace Pile.Stac;

/// <summary>Documents of a file that were found together.</summary>
/// <param name="Buffer">A rented buffer that contains them.</param>
/// <param name="Frames">The place of each in the buffer.</param>
/// <param name="FirstIndex">The index of the first one in the file.</param>
/// <param name="Problem">What prevents reading on after them; null if nothing does.</param>
internal sealed record FrameBatch(byte[] Buffer, List<(int Start, int Length)> Frames, long FirstIndex, SceneInvalidException? Problem)
{
    /// <summary>Parses the documents and returns the buffer. Each document gets memory of its own.</summary>
    internal (Scene? Scene, SceneInvalidException? Problem)[] Parse(string source, int maxItemBytes)
    {
        (Scene?, SceneInvalidException?)[] results = Parse(source, maxItemBytes, document => document.ToArray());
        Return();
        return results;
    }

    /// <summary>Parses the documents. They are in the buffer until <see cref="Return"/> is called.</summary>
    internal (Scene? Scene, SceneInvalidException? Problem)[] ParseInPlace(string source, int maxItemBytes) =>
        Parse(source, maxItemBytes, document => document);

    /// <summary>Returns the buffer.</summary>
    internal void Return() => ArrayPool<byte>.Shared.Return(Buffer);

    private (Scene? Scene, SceneInvalidException? Problem)[] Parse(string source, int maxItemBytes,
        Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> memoryOf)
    {
        (Scene?, SceneInvalidException?)[] results = new (Scene?, SceneInvalidException?)[Frames.Count + (Problem is null ? 0 : 1)];
        for (int i = 0; i < Frames.Count; i++)
            try
            {
                if (Frames[i].Length > maxItemBytes)
                    throw new SceneInvalidException(SceneProblem.TooLarge, source, FirstIndex + i, null, "",
                        $"the document has {Frames[i].Length} bytes; at most {maxItemBytes} are expected",
                        "Correct the file, or increase SceneReadOptions.MaxItemBytes");
                ReadOnlyMemory<byte> document = memoryOf(Buffer.AsMemory(Frames[i].Start, Frames[i].Length));
                results[i] = (SceneDocument.ParseJson(document, source, FirstIndex + i), null);
            }
            catch (SceneInvalidException e)
            {
                results[i] = (null, e);
            }
        if (Problem is not null)
            results[^1] = (null, Problem);
        return results;
    }
}
