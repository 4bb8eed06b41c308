using System.Collections.Immutable;
using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Pile.DuckDb;
using Pile.Format;
using Pile.Tables.Opening;

namespace Pile.Tables.Arrow;

/// <summary>An open file in Arrow's interprocess format, whose messages are known.</summary>
internal sealed class ArrowFile : IDisposable
{
    private readonly TablePath source;
    private readonly PlainFile plain;
    private readonly FileStream file;
    private readonly ArrowIndex index;

    private ArrowFile(TablePath source, PlainFile plain, FileStream file, ArrowIndex index, Schema schema) =>
        (this.source, this.plain, this.file, this.index, Schema) = (source, plain, file, index, schema);

    /// <summary>The schema.</summary>
    internal Schema Schema { get; }

    /// <summary>The number of rows.</summary>
    internal long RowCount => index.Messages.Where(m => m.Kind == ArrowMessage.Batch).Sum(m => (long)m.Rows);

    /// <summary>Opens a file and finds its messages.</summary>
    /// <exception cref="SourceUnreadableException">It is missing, cut, damaged, or has content that is not read.</exception>
    internal static ArrowFile Open(TablePath source, CancellationToken cancellationToken)
    {
        PlainFile content = source.OpenPlain();
        FileStream? opened = null;
        try
        {
            opened = new FileStream(content.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            FileStream messages = opened;
            return Guard(source, () =>
            {
                ArrowIndex found = ArrowIndex.Open(messages, cancellationToken);
                using ArrowStreamReader reader = Reader(messages, found, [found.Messages[0]]);
                return new ArrowFile(source, content, messages, found, reader.Schema);
            });
        }
        catch
        {
            opened?.Dispose();
            content.Dispose();
            throw;
        }
    }

    /// <summary>Returns the number of missing values of an array in all batches.</summary>
    /// <param name="node">The number of the array, counted through the fields depth first.</param>
    internal long NullsOf(int node) => index.Messages.Where(m => m.Kind == ArrowMessage.Batch).Sum(m => m.Nulls[node]);

    /// <summary>Returns true if a dictionary has missing values.</summary>
    internal bool HasNulls(long dictionary) => index.Messages.Any(m => m.DictionaryId == dictionary && m.Nulls.Any(n => n > 0));

    /// <summary>The fields of the schema, as far as they decide which arrays a batch has.</summary>
    internal ImmutableArray<ArrowField> Fields => index.Fields;

    /// <summary>Reads rows.</summary>
    /// <param name="selected">The columns.</param>
    /// <param name="firstRow">The first row.</param>
    /// <param name="rowCount">The maximum number of rows.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    internal ArrowBatches Batches(ArrowColumn[] selected, long firstRow, long rowCount, CancellationToken cancellationToken)
    {
        List<ArrowMessage> messages = [];
        long row = 0, end = rowCount > long.MaxValue - firstRow ? long.MaxValue : firstRow + rowCount, skipped = 0;
        int number = 0, firstNumber = 0;
        foreach (ArrowMessage message in index.Messages)
        {
            if (message.Kind != ArrowMessage.Batch)
            {
                messages.Add(message);
                continue;
            }
            if (row < end && row + message.Rows > firstRow)
            {
                if (messages.All(m => m.Kind != ArrowMessage.Batch))
                    (firstNumber, skipped) = (number, firstRow - row);
                messages.Add(message);
            }
            row += message.Rows;
            number++;
        }
        return new ArrowBatches(Schema, Reader(file, index, messages), selected, firstNumber, (int)skipped, rowCount, cancellationToken);
    }

    /// <summary>Translates what can go wrong with Arrow data.</summary>
    /// <exception cref="SourceUnreadableException">The data cannot be read.</exception>
    internal T Guard<T>(Func<T> read) => Guard(source, read);

    public void Dispose()
    {
        file.Dispose();
        plain.Dispose();
    }

    private static ArrowStreamReader Reader(FileStream file, ArrowIndex index, IReadOnlyList<ArrowMessage> messages) =>
        new(new ArrowContext(compressionCodecFactory: new CompressionCodecFactory(), extensionRegistry: new ExtensionTypeRegistry()),
            new ArrowMessageStream(file, messages, index.RequireCompressed), leaveOpen: true);

    private static T Guard<T>(TablePath source, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ArrowFault e)
        {
            throw new SourceUnreadableException(source.Given, $"the Arrow data cannot be read: {e.Message}", e.Remedy, e);
        }
        catch (DuckDbException e) when (e.Type == DuckDbErrorType.OutOfMemory)
        {
            throw TableMemory.Exceeded($"reading '{source.Given}'", e);
        }
        catch (DuckDbException e)
        {
            throw new SourceUnreadableException(source.Given, $"the Arrow data cannot be read ({e.Reason})",
                "Leave the column out, or write it with another type", e);
        }
        // Apache.Arrow throws exceptions of many types for damaged data, such as Exception itself for a frame of LZ4.
        catch (Exception e) when (e is not (PileException or OperationCanceledException or ObjectDisposedException))
        {
            throw new SourceUnreadableException(source.Given, $"the Arrow data cannot be read ({e.Message.Split('\n')[0].TrimEnd('.', '\r')})",
                ArrowFault.FetchAgain, e);
        }
    }
}
