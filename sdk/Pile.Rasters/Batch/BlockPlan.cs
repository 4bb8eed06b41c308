using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Rasters;

/// <summary>The blocks that the windows of a batch need, in the order of the files.</summary>
internal sealed class BlockPlan
{
    // Fewer windows show nothing about the order in which windows are read.
    private const int MinDenseWindows = 16;

    private readonly List<WindowRead> windows;
    private readonly List<BlockUse> uses = [];
    private int nextUse;

    /// <summary>Plans the blocks, and fills the pixels of blocks that are not stored.</summary>
    /// <exception cref="SourceUnreadableException">A mask lacks a level.</exception>
    internal BlockPlan(List<WindowRead> windows)
    {
        this.windows = windows;
        for (int i = 0; i < windows.Count; i++)
        {
            WindowRead window = windows[i];
            RasterLayout layout = window.Source.Layout;
            RasterLevel level = layout.Levels[window.Request.Level];
            if (!window.Pixels.IsEmpty)
                Add(i, level, window.Request.Level);
            if (!window.Valid.IsEmpty && layout.MaskLevels.Count > 0)
                Add(i, layout.MaskOf(level) ?? throw NoMask(window, level), ~window.Request.Level);
        }
        CollectionsMarshal.AsSpan(uses).Sort(default(BlockUseOrder));
        int blocks = 0;
        for (int i = 0; i < uses.Count; i++)
            if (i is 0 || !uses[i].IsSameBlock(uses[i - 1]))
                blocks++;
        IsDense = windows.Count >= MinDenseWindows && uses.Count >= 2 * blocks;
    }

    /// <summary>True if blocks have two windows or more on average: then the windows are read in the order of their places, and the next
    /// batch needs other rows of the same blocks.</summary>
    internal bool IsDense { get; }

    /// <summary>The windows.</summary>
    internal IReadOnlyList<WindowRead> Windows => windows;

    /// <summary>Returns a use.</summary>
    internal BlockUse Use(int number) => uses[number];

    /// <summary>Returns the level of a use.</summary>
    internal RasterLevel LevelOf(in BlockUse use)
    {
        RasterLayout layout = windows[use.Window].Source.Layout;
        return use.Level >= 0 ? layout.Levels[use.Level] : layout.MaskOf(layout.Levels[~use.Level])!;
    }

    /// <summary>Returns the number of bands of the level of a use.</summary>
    internal int BandsOf(in BlockUse use) => use.Level >= 0 ? windows[use.Window].Source.Layout.Bands.Count : 1;

    /// <summary>Returns true if there is a block left.</summary>
    internal bool HasNext => nextUse < uses.Count;

    /// <summary>Returns the next block, with the rows that its uses need.</summary>
    internal BlockTask Peek()
    {
        BlockUse first = uses[nextUse];
        RasterLevel level = LevelOf(first);
        BlockTask task = new() { FirstUse = nextUse, FirstRow = int.MaxValue };
        for (int i = nextUse; i < uses.Count && uses[i].IsSameBlock(first); i++)
        {
            BlockPart part = BlockPart.Of(level, first.Block, windows[uses[i].Window].Request, uses[i].Slot);
            task.FirstRow = Math.Min(task.FirstRow, part.FirstRow);
            task.EndRow = Math.Max(task.EndRow, part.EndRow);
            task.UsedRows += part.Height;
            task.Uses++;
        }
        return task;
    }

    /// <summary>Goes on to the block after a task.</summary>
    internal void Advance(in BlockTask task) => nextUse = task.FirstUse + task.Uses;

    /// <summary>Creates the error for a corrupt block.</summary>
    internal SourceUnreadableException Corrupt(in BlockUse use, string finding, Exception? inner = null)
    {
        RasterLevel level = LevelOf(use);
        int place = use.Block % (level.BlocksAcross * level.BlocksDown);
        string image = use.Level >= 0 ? $"level {use.Level}" : $"the mask of level {~use.Level}";
        return new SourceUnreadableException(windows[use.Window].Source.Unit.Location, $"block {use.Block} of {image} (column "
            + $"{place % level.BlocksAcross}, row {place / level.BlocksAcross}; {level.Codec}) is corrupt: {finding}",
            "Fetch or write the file again; if its layout was stored before the file changed, index it again", inner);
    }

    private static SourceUnreadableException NoMask(in WindowRead window, RasterLevel level) => new(window.Source.Unit.Location,
        $"the file's mask has no level of {level.Width} × {level.Height} pixels",
        "Read the full resolution, or rebuild the overviews with gdaladdo");

    private void Add(int number, RasterLevel level, int levelKey)
    {
        WindowRead window = windows[number];
        RasterRequest request = window.Request;
        int across = level.BlocksAcross, plane = across * level.BlocksDown;
        bool isMask = levelKey < 0, hasAllBands = isMask || level.Interleave is RasterInterleave.Pixel;
        (int left, int right) = (request.Column / level.BlockWidth, (request.Column + request.Width - 1) / level.BlockWidth);
        (int top, int bottom) = (request.Row / level.BlockHeight, (request.Row + request.Height - 1) / level.BlockHeight);
        for (int slot = hasAllBands ? -1 : 0; slot < (hasAllBands ? 0 : request.Bands.Length); slot++)
            for (int row = top; row <= bottom; row++)
                for (int column = left; column <= right; column++)
                {
                    int block = ((slot < 0 ? 0 : request.Bands.Span[slot] / level.BlockBands) * plane) + (row * across) + column;
                    if (level.Sizes![block] is not 0)
                        uses.Add(new BlockUse(window.SourceIndex, level.Offsets![block], levelKey, block, number, slot));
                    else if (isMask)
                        WindowPixels.CopyMask(null, window, block, [], 0);
                    else
                        WindowPixels.Fill(window, slot, block);
                }
    }
}
