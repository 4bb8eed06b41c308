using System.Buffers;

namespace Pile.Stac;

/// <summary>Documents of a file that were found together.</summary>
/// <param name="Buffer">A rented buffer that contains them.</param>
/// <param name="Frames">The place of each in the buffer.</param>
/// <param name="FirstIndex">The index of the first one in the file.</param>
/// <param name="Problem">What prevents reading on after them; null if nothing does.</param>
/// <param name="Memory">Lent the buffer.</param>
internal sealed record FrameBatch(byte[] Buffer, List<(int Start, int Length)> Frames, long FirstIndex, SceneInvalidException? Problem,
    ArrayPool<byte> Memory)
{
    /// <summary>Parses the documents and returns the buffer. Each document gets memory of its own.</summary>
    internal (Scene? Scene, SceneInvalidException? Problem)[] Parse(string source, SceneReadOptions options)
    {
        (Scene?, SceneInvalidException?)[] results = [.. Parse(source, options, document => document.ToArray())];
        Return();
        return results;
    }

    /// <summary>Parses the documents one after another. They are in the buffer until <see cref="Return"/> is called.</summary>
    internal IEnumerable<(Scene? Scene, SceneInvalidException? Problem)> ParseInPlace(string source, SceneReadOptions options) =>
        Parse(source, options, document => document);

    /// <summary>Returns the buffer.</summary>
    internal void Return() => Memory.Return(Buffer);

    private IEnumerable<(Scene? Scene, SceneInvalidException? Problem)> Parse(string source, SceneReadOptions options,
        Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> memoryOf)
    {
        for (int i = 0; i < Frames.Count; i++)
            yield return Parse(i, source, options, memoryOf);
        if (Problem is not null)
            yield return (null, Problem);
    }

    private (Scene? Scene, SceneInvalidException? Problem) Parse(int frame, string source, SceneReadOptions options,
        Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> memoryOf)
    {
        (int start, int length) = Frames[frame];
        try
        {
            return length <= options.MaxItemBytes
                ? (SceneDocument.ParseJson(memoryOf(Buffer.AsMemory(start, length)), source, FirstIndex + frame, options), null)
                : throw new SceneInvalidException(SceneProblem.TooLarge, source, FirstIndex + frame, null, "",
                    $"the document has {length} bytes; at most {options.MaxItemBytes} are expected",
                    "Correct the file, or increase SceneReadOptions.MaxItemBytes");
        }
        catch (SceneInvalidException e)
        {
            return (null, e);
        }
    }
}
