using System.Text.Json;

namespace Pile.Stac;

/// <summary>Finds the documents of a file without parsing their values: a single document, a FeatureCollection, or one document per line
/// (NDJSON). The file is read in chunks and never held as a whole.</summary>
/// <remarks>The kind is found from the first document, not from the name of the file: a top-level member <c>features</c> with a list is a
/// collection; a document on one line, with further text behind it, begins an NDJSON file.</remarks>
internal sealed class DocumentFrames(Func<Memory<byte>, CancellationToken, ValueTask<int>> read, string source, SceneReadOptions options,
    int chunkBytes = DocumentFrames.ChunkBytes)
{
    /// <summary>The bytes that are read at once, and about the size of a batch.</summary>
    internal const int ChunkBytes = 1 << 20;

    /// <summary>The same for a remote store, where a request takes some 20 ms whatever its size.</summary>
    internal const int RemoteChunkBytes = 8 << 20;

    /// <summary>The same for scenes that become columns: a batch of columns has some 150 of them, whatever its number of rows.</summary>
    internal const int ConvertedChunkBytes = 4 << 20;

    private static readonly JsonReaderOptions Json = new() { MaxDepth = 64 };

    private byte[] buffer = options.Memory.Rent(chunkBytes);
    private int position, filled;
    private bool atEnd;
    private long nextIndex;
    private State state = State.Start;

    private enum State
    {
        Start,
        Collection,
        Lines,
        Done,
    }

    /// <summary>True once a collection or NDJSON was found; false for a file that is a single document.</summary>
    internal bool IsSequence => state is State.Collection or State.Lines;

    /// <summary>Returns the next documents; null at the end of the file.</summary>
    /// <exception cref="SceneInvalidException">The file is cut, is not JSON, or a document is longer than the limit. Nothing more can be
    /// read, but the documents before it were returned.</exception>
    internal async ValueTask<FrameBatch?> NextAsync(CancellationToken cancellationToken)
    {
        while (state is not State.Done)
        {
            if (position == filled || state is State.Start || buffer.Length - filled < chunkBytes / 4)
                Compact();
            await FillAsync(cancellationToken).ConfigureAwait(false);
            List<(int Start, int Length)> frames = [];
            long first = nextIndex;
            SceneInvalidException? problem = null;
            try
            {
                bool isMoreNeeded = state switch
                {
                    State.Start => !TryStart(frames),
                    State.Collection => !TryCollection(frames),
                    _ => !TryLines(frames),
                };
                if (isMoreNeeded && frames.Count == 0)
                    Grow();
            }
            catch (SceneInvalidException e)
            {
                (problem, state) = (e, State.Done);
            }
            if (frames.Count > 0 || problem is not null)
                return Take(frames, first, problem);
        }
        options.Memory.Return(buffer);
        buffer = [];
        return null;
    }

    // Hands the buffer over to the batch; the rest moves to a new one.
    private FrameBatch Take(List<(int, int)> frames, long first, SceneInvalidException? problem)
    {
        byte[] full = buffer;
        int rest = filled - position;
        buffer = options.Memory.Rent(Math.Max(chunkBytes, rest + chunkBytes / 2));
        full.AsSpan(position, rest).CopyTo(buffer);
        (position, filled) = (0, rest);
        return new FrameBatch(full, frames, first, problem, options.Memory);
    }

    private void Compact()
    {
        buffer.AsSpan(position, filled - position).CopyTo(buffer);
        (position, filled) = (0, filled - position);
    }

    private void Grow()
    {
        if (atEnd)
            throw Problem(SceneProblem.Truncated, $"the file ends in the middle of this document, after {filled - position} bytes of it",
                "Get the file again from its source");
        if (filled - position > options.MaxItemBytes)
            throw Problem(SceneProblem.TooLarge, $"the document has more than {options.MaxItemBytes} bytes",
                "Correct the file, or increase SceneReadOptions.MaxItemBytes");
        if (filled < buffer.Length)
            return;
        byte[] larger = options.Memory.Rent((int)Math.Min(2L * buffer.Length, Array.MaxLength));
        buffer.AsSpan(position, filled - position).CopyTo(larger);
        (position, filled) = (0, filled - position);
        options.Memory.Return(buffer);
        buffer = larger;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        while (!atEnd && filled < buffer.Length)
        {
            int count = await read(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            atEnd = count == 0;
            filled += count;
        }
    }

    // Reads the top level of the first document.
    private bool TryStart(List<(int, int)> frames)
    {
        if (nextIndex == 0 && buffer.AsSpan(position, filled - position).StartsWith("\uFEFF"u8))
            position += 3;
        if (nextIndex == 0 && buffer.AsSpan(position, filled - position).StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            throw Problem(SceneProblem.NotParsed, "the file is compressed with gzip", "Decompress it first (gunzip)");
        SkipSpace();
        if (position == filled)
            return atEnd ? throw Problem(SceneProblem.NotParsed, "the file is empty", "Get the file again from its source") : false;
        Utf8JsonReader reader = new(buffer.AsSpan(position, filled - position), atEnd, new JsonReaderState(Json));
        try
        {
            if (!reader.Read())
                return false;
            if (reader.TokenType is not JsonTokenType.StartObject)
                throw Problem(SceneProblem.NotScene, "expected a STAC document (a JSON object)", "Give a file of STAC items");
            while (true)
            {
                if (!reader.Read())
                    return false;
                if (reader.TokenType is JsonTokenType.EndObject)
                    break;
                bool isFeatures = reader.ValueTextEquals("features"u8);
                if (!reader.Read())
                    return false;
                if (isFeatures && reader.TokenType is JsonTokenType.StartArray)
                {
                    position += (int)reader.BytesConsumed;
                    state = State.Collection;
                    return TryCollection(frames);
                }
                if (!reader.TrySkip())
                    return false;
            }
        }
        catch (JsonException e)
        {
            throw Syntax(e, IsCut(buffer.AsSpan(position, filled - position)));
        }
        int length = (int)reader.BytesConsumed;
        frames.Add((position, length));
        bool isOneLine = !buffer.AsSpan(position, length).Contains((byte)'\n');
        position += length;
        nextIndex++;
        SkipSpace();
        state = position == filled && atEnd ? State.Done : State.Lines;
        if (state is State.Lines && !isOneLine && position < filled)
            throw Problem(SceneProblem.NotParsed, "expected the end of the file after the document; only documents of one line each "
                + "may follow each other", "Write one document per line");
        return state is State.Done || TryLines(frames);
    }

    private bool TryCollection(List<(int, int)> frames)
    {
        while (true)
        {
            SkipSpace(comma: true);
            if (position == filled)
                return frames.Count > 0 || Missing();
            if (buffer[position] == (byte)']')
            {
                if (!TryEnd())
                    return frames.Count > 0;
                state = State.Done;
                return true;
            }
            Utf8JsonReader reader = new(buffer.AsSpan(position, filled - position), isFinalBlock: false, new JsonReaderState(Json));
            try
            {
                if (!reader.Read() || !reader.TrySkip())
                    return frames.Count > 0 || Missing();
            }
            catch (JsonException e)
            {
                throw Syntax(e, isCut: false);
            }
            int length = (int)reader.BytesConsumed;
            frames.Add((position, length));
            position += length;
            nextIndex++;
        }
    }

    private bool Missing() => atEnd ? throw Problem(SceneProblem.Truncated, "the file ends in the middle of the list of features",
        "Get the file again from its source") : false;

    // The members after the list are checked, since a missing end means that items may be missing too.
    private bool TryEnd()
    {
        if (!atEnd)
            return filled - position > options.MaxItemBytes ? throw Problem(SceneProblem.TooLarge,
                $"the members after 'features' have more than {options.MaxItemBytes} bytes", "Correct the file") : false;
        byte[] rest = [.. "{\"features\":0"u8, .. buffer.AsSpan(position + 1, filled - position - 1)];
        Utf8JsonReader reader = new(rest, Json);
        try
        {
            while (reader.Read())
            {
            }
        }
        catch (JsonException e)
        {
            throw Syntax(e, IsCut(rest));
        }
        position = filled;
        return true;
    }

    private bool TryLines(List<(int, int)> frames)
    {
        while (true)
        {
            SkipSpace();
            if (position == filled)
            {
                if (atEnd)
                    state = State.Done;
                return frames.Count > 0 || atEnd;
            }
            int length = buffer.AsSpan(position, filled - position).IndexOf((byte)'\n');
            if (length < 0 && !atEnd)
                return frames.Count > 0;
            length = length < 0 ? filled - position : length;
            frames.Add((position, buffer.AsSpan(position, length).TrimEnd(" \t\r"u8).Length));
            position += length;
            nextIndex++;
        }
    }

    private void SkipSpace(bool comma = false)
    {
        while (position < filled && (buffer[position] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'
            || (comma && buffer[position] == (byte)',')))
            position++;
    }

    // A text whose first part is valid, as far as it goes, is cut.
    private bool IsCut(ReadOnlySpan<byte> text)
    {
        if (!atEnd)
            return false;
        Utf8JsonReader part = new(text, isFinalBlock: false, new JsonReaderState(Json));
        try
        {
            while (part.Read())
            {
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private SceneInvalidException Syntax(JsonException e, bool isCut) => isCut
        ? Problem(SceneProblem.Truncated, "the file ends in the middle of a document", "Get the file again from its source", e)
        : Problem(SceneProblem.NotParsed, $"not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} of this document",
            "Correct the file", e);

    private SceneInvalidException Problem(SceneProblem problem, string finding, string remedy, Exception? inner = null) =>
        new(problem, source, nextIndex, null, "", finding, remedy, inner);
}
