# Computes every figure of results.csv again from the rows of this folder, and says PASS or FAIL for each.
#   Rscript reproduce.R            prints what fails and a count of each verdict; ends with 1 if anything fails
#   Rscript reproduce.R --all      prints every row
# Base R is enough. Nothing of Pencilmark is used: the methods are written out below as their papers have them.
#   PASS       the same, to 9 digits (limits that were rounded before they were printed: to the last place shown)
#   FAIL       not the same
#   withheld   small numbers, not printed; this script can compute them, the report must not show them
#   given      set or written down by people (targets, days, awards, quotes, versions), not computed from answers

read <- function(file) read.csv(file, encoding = "UTF-8", check.names = FALSE, stringsAsFactors = FALSE, na.strings = "")
results <- read("results.csv")
pairs <- read("pairs.csv")
sessions <- read("sessions.csv")
measures <- read("measures.csv")
wide <- read("data_wide.csv")
attendance <- read("attendance.csv")
links <- read("links.csv")

# A comparison group takes no part: it is in no figure but those that name it.
apart <- unique(sessions$project[sessions$design %in% "comparison"])
others <- pairs[pairs$project %in% apart, ]
all_sessions <- sessions
# Who was where the after is asked, and whose first visit was there.
seen_at <- function(roles) unique(attendance$person[attendance$session %in% sessions$session[sessions$role %in% roles]])
at_a_last <- seen_at("last")
at_a_one_off <- seen_at("single")
first_visit <- merge(attendance, sessions[c("session", "date", "role")], by = "session", suffixes = c("_of_person", ""))
first_visit <- first_visit[first_visit$role != "follow_up", ]
first_visit <- first_visit[order(first_visit$date, as.numeric(sub("S", "", first_visit$session))), ]
first_visit <- first_visit[!duplicated(first_visit$person), ]
first_there <- first_visit$person[first_visit$role %in% c("last", "single")]
# Families are the unit where a session is one-off, sessions everywhere else.
is_one_off <- function(keys) keys %in% sessions$session[sessions$role %in% c("single", "event")]
others$cluster <- ifelse(is_one_off(others$session), others$family, others$session)
pairs$one_off <- is_one_off(pairs$session)
wide_apart <- wide[wide$project %in% apart, ]
wide <- wide[!wide$project %in% apart, ]
attendance <- attendance[!attendance$session %in% sessions$session[sessions$project %in% apart], ]
links <- links[!links$project %in% apart, ]
sessions <- sessions[!sessions$project %in% apart, ]

# ---- what stands where ----

key <- function(measure, survey) paste(measure, survey, sep = "\r")
spec <- measures[match(key(pairs$measure, pairs$survey), key(measures$measure, measures$survey)), ]
pairs$rule <- spec$rule
pairs$positive_from <- spec$positive_from
pairs$pre_code <- pairs$pre_units / pairs$denominator
pairs$post_code <- pairs$post_units / pairs$denominator
pairs$matched <- !is.na(pairs$pre_units) & !is.na(pairs$post_units)
place <- match(pairs$session, sessions$session)
pairs$area <- sessions$area[match(pairs$project, sessions$project)]
of_project <- sessions[match(pairs$project, sessions$project), c("delivery_model", "established")]
pairs$delivery_model <- of_project$delivery_model
pairs$established <- of_project$established == 1
pairs$cluster <- ifelse(pairs$one_off, pairs$family, pairs$session)
pairs$doubts[is.na(pairs$doubts)] <- ""
pairs$meets_again <- sessions$design[match(pairs$project, sessions$project)] %in% "programme"
# Levels out of 100: percent of the maximum, or 100 at or above the cut of the questionnaire and 0 below.
level <- function(units, code) {
  ifelse(pairs$rule == "value", 100 * (code >= pairs$positive_from), 100 * units / pairs$denominator)
}
pairs$pre_level <- level(pairs$pre_units, pairs$pre_code)
pairs$post_level <- level(pairs$post_units, pairs$post_code)
split_by_subject <- function(rows) split(rows, paste(rows$measure, rows$role, rows$comparison, sep = "\r"))
by_subject_apart <- split_by_subject(pairs[pairs$project %in% apart, ])
pairs <- pairs[!pairs$project %in% apart, ]
by_subject <- split_by_subject(pairs)
nobody <- pairs[0, ]
projects <- unique(sessions[c("project", "area")])
area_of <- function(project) sessions$area[match(project, sessions$project)]
wide$area <- area_of(wide$project)

# ---- methods ----

wilson <- function(k, n) {
  z <- qnorm(0.975); p <- k / n
  centre <- (p + z^2 / (2 * n)) / (1 + z^2 / n)
  half <- z / (1 + z^2 / n) * sqrt(p * (1 - p) / n + z^2 / (4 * n^2))
  c(if (k == 0) 0 else centre - half, if (k == n) 1 else centre + half)
}

# Newcombe (1998), method 10: a difference of paired proportions. psi = 0 gives the unpaired form.
newcombe <- function(pre, post, paired = TRUE) {
  n <- length(pre)
  a <- as.numeric(sum(pre & post)); b <- as.numeric(sum(pre & !post))
  c <- as.numeric(sum(!pre & post)); d <- as.numeric(sum(!pre & !post))
  psi <- 0
  if (paired && min(a + b, c + d, a + c, b + d) > 0) {
    cross <- a * d - b * c
    if (cross > 0) cross <- max(cross - n / 2, 0)
    psi <- cross / sqrt((a + b) * (c + d)) / sqrt((a + c) * (b + d))
  }
  p1 <- (a + b) / n; p2 <- (a + c) / n
  w1 <- wilson(a + b, n); w2 <- wilson(a + c, n)
  reach <- function(u, v) sqrt(max(u^2 - 2 * psi * u * v + v^2, 0))
  100 * c(p2 - p1 - reach(p2 - w2[1], w1[2] - p1), p2 - p1 + reach(w2[2] - p2, p1 - w1[1]))
}

mid_p <- function(pre, post) {
  b <- sum(pre & !post); c <- sum(!pre & post); n <- b + c
  if (n == 0) return(1)
  if (b == c) return(1 - dbinom(b, n, 0.5) / 2)
  2 * pbinom(min(b, c), n, 0.5) - dbinom(min(b, c), n, 0.5)
}

# CR2 with Satterthwaite's degrees of freedom (Bell & McCaffrey 2002), for means: each cluster's sum of
# residuals is divided by the square root of 1 - its share of all people.
cr2 <- function(cluster, ...) {
  columns <- list(...)
  n <- length(cluster)
  size <- as.numeric(table(cluster))
  if (length(size) < 2) return(NULL)
  shrink <- sqrt(1 - size / n)
  sums <- sapply(columns, function(x) as.numeric(rowsum(x - mean(x), cluster)[names(table(cluster)), 1]) / shrink)
  v <- crossprod(matrix(sums, ncol = length(columns))) / n^2
  a <- 1 / (n * shrink)
  # M has a_g a_h (delta_gh n_g - n_g n_h / n): its trace and the sum of its squares, without building it.
  u <- a^2 * size; w <- a * size
  trace <- sum(u) - sum(w^2) / n
  squares <- sum(u^2) - 2 * sum(u * w^2) / n + (sum(w^2) / n)^2
  list(v = v, df = trace^2 / squares, clusters = length(size), trace = trace, squares = squares)
}

# Fieller (1954): all ratios of change to before that a test at 5 % does not reject, in percent.
fieller <- function(before, change, v_before, v_change, v_both, q) {
  a <- before^2 - q^2 * v_before
  b <- before * change - q^2 * v_both
  c <- change^2 - q^2 * v_change
  root <- b^2 - a * c
  if (a <= 0 || root < 0) return(c(NA, NA))
  100 * sort(c((b - sqrt(root)) / a, (b + sqrt(root)) / a))
}

# Pratt (1959): those who did not move are ranked with the others, and their ranks dropped. The p is exact up to 200
# people who moved (Streitberg & Roehmel 1986: every sign given the midranks), else normal.
pratt <- function(change) {
  change <- round(change, 9)
  ranks <- rank(abs(change))[change != 0]; up <- change[change != 0] > 0
  if (length(ranks) == 0) return(list(r = NA, p = 1))
  plus <- sum(ranks[up]); minus <- sum(ranks[!up])
  if (length(ranks) > 200) return(list(r = (plus - minus) / (plus + minus), p = 2 * pnorm(-abs(plus - minus) / sqrt(sum(ranks^2)))))
  doubled <- round(2 * ranks); total <- sum(doubled); chance <- 1
  for (r in doubled) chance <- (c(chance, rep(0, r)) + c(rep(0, r), chance)) / 2
  list(r = (plus - minus) / (plus + minus), p = min(1, sum(chance[abs(2 * (0:total) - total) >= abs(2 * (plus - minus)) - 1e-6])))
}

# Everybody seen at either time: the second t of Derrick, Russ, Toher & White (2017).
overlapping <- function(pre, post, before, after) {
  a <- c(pre, before); b <- c(post, after)
  n1 <- length(a); n2 <- length(b); both <- length(pre)
  # Without a correlation of the pairs there is no such estimate.
  if (!isTRUE(sd(pre) > 0 && sd(post) > 0)) return(list(value = NA, limits = c(NA, NA)))
  v1 <- var(a) / n1; v2 <- var(b) / n2
  se <- sqrt(v1 + v2 - 2 * cor(pre, post) * sqrt(var(a) * var(b)) * both / (n1 * n2))
  welch <- (v1 + v2)^2 / (v1^2 / (n1 - 1) + v2^2 / (n2 - 1))
  df <- both - 1 + (welch - both + 1) / (n1 + n2) * (n1 + n2 - 2 * both)
  list(value = mean(b) - mean(a), limits = mean(b) - mean(a) + c(-1, 1) * qt(0.975, df) * se)
}

# ---- one finding ----

# `befores` are the rows of everybody asked before, who are more than those of a follow-up.
finding <- function(all, rule, higher_is_better, befores = all) {
  here <- all[all$matched, ]
  n <- nrow(here)
  found <- list(n_before = sum(!is.na(befores$pre_units)), n_after = sum(!is.na(all$post_units)), n_matched = n)
  found$seen <- found$n_before + sum(is.na(all$pre_units))
  found$of_codes <- rule == "value"; found$higher_is_better <- higher_is_better
  if (n == 0) return(found)
  change <- here$post_level - here$pre_level
  pre <- here$pre_level > 0; post <- here$post_level > 0
  share <- function(k, of) list(value = 100 * k / of, limits = if (of > 0) 100 * wilson(k, of) else c(NA, NA))
  found$level_before <- mean(here$pre_level)
  found$level_after <- mean(here$post_level)
  robust <- cr2(here$cluster, here$pre_level, change)
  # Where sessions and families do not differ at all, shares are judged by the number of people alone.
  if (rule == "value" && !is.null(robust) && robust$v[2, 2] < 1e-18) robust <- NULL
  q <- function(df) qt(0.975, df)
  naive <- if (rule == "value") newcombe(pre, post) else mean(change) + c(-1, 1) * q(n - 1) * sd(change) / sqrt(n)
  se <- if (is.null(robust)) NA else sqrt(robust$v[2, 2])
  by_cluster <- if (is.null(robust)) naive else mean(change) + c(-1, 1) * q(robust$df) * se
  found$change_points <- list(value = mean(change), limits = by_cluster,
    unpaired = newcombe(pre, post, paired = FALSE))
  found$change_points_naive <- list(value = mean(change), limits = naive)
  found$clusters <- length(unique(here$cluster))
  # What this many could have seen four times in five; where the interval is Newcombe's, from its width.
  normal <- function(limits) c(diff(limits) / (2 * qnorm(0.975)), Inf)
  detectable <- function(error) if (!is.finite(error[1]) || error[1] < 1e-9) NA else (q(error[2]) + qt(0.8, error[2])) * error[1]
  found$smallest_detectable_points <- detectable(
    if (!is.null(robust)) c(se, robust$df) else if (rule == "value") normal(naive) else c(sd(change) / sqrt(n), n - 1))
  found$smallest_detectable_unpaired <- detectable(normal(newcombe(pre, post, paired = FALSE)))
  # Where every change is the same there is nothing to test it by.
  found$p_naive <- if (rule == "value") mid_p(pre, post) else 2 * pt(-abs(mean(change)) / (sd(change) / sqrt(n)), n - 1)
  found$p <- if (is.null(robust)) found$p_naive else if (se < 1e-12) NA else 2 * pt(-abs(mean(change)) / se, robust$df)
  if (rule == "count_jobs") {
    # A percentage of a level below 10 of 100 would mislead, so that none is given.
    value <- if (mean(here$pre_level) < 10) NA else 100 * mean(change) / mean(here$pre_level)
    v <- cov(cbind(here$pre_level, change)) / n
    ordinary <- fieller(mean(here$pre_level), mean(change), v[1, 1], v[2, 2], v[1, 2], q(n - 1))
    limits <- if (is.null(robust)) ordinary else
      fieller(mean(here$pre_level), mean(change), robust$v[1, 1], robust$v[2, 2], robust$v[1, 2], q(robust$df))
    found$change_percent <- list(value = value, limits = limits)
    found$change_percent_naive <- list(value = value, limits = ordinary)
    found$jobs_before <- mean(here$pre_units); found$jobs_after <- mean(here$post_units)
    moved <- here$post_units / here$denominator - here$pre_units / here$denominator
    found$none_before <- sum(here$pre_units == 0)
    found$median_change_jobs <- median(here$post_units - here$pre_units)
  }
  # Effect sizes: of the codes of single questions, else of levels.
  sizes <- if (rule == "value") list(pre = here$pre_code, post = here$post_code) else list(pre = here$pre_level, post = here$post_level)
  by <- sizes$post - sizes$pre; df <- n - 1
  found$sd_before <- sd(sizes$pre); found$sd_after <- sd(sizes$post); found$sd_change <- sd(by)
  found$d_av <- mean(by) / sqrt((var(sizes$pre) + var(sizes$post)) / 2)
  found$d_z <- mean(by) / sd(by)
  found$hedges_g <- found$d_z * exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)
  # Choices of questionnaires of several lengths share their steps and not their spread.
  if (rule == "value" && length(unique(c(all$survey, befores$survey))) > 1) found$sd_before <- found$sd_after <- found$sd_change <- found$d_av <- found$d_z <- found$hedges_g <- NA
  ranks <- pratt(by)
  found$rank_biserial <- ranks$r; found$p_signed_rank <- ranks$p
  found$improvement <- (sum(round(by, 9) > 0) + sum(round(by, 9) == 0) / 2) / n
  # Codes decide who moved, whatever the cut.
  up <- sum(here$post_code > here$pre_code); down <- sum(here$post_code < here$pre_code)
  if (!higher_is_better) { swap <- up; up <- down; down <- swap }
  found$improved <- share(up, n); found$same <- share(n - up - down, n); found$lower <- share(down, n)
  if (rule == "value") {
    found$starters <- share(sum(!pre & post), sum(!pre))
    found$stoppers <- share(sum(pre & !post), sum(pre))
  }
  found
}

in_group <- function(rows, cut, keyed, group, named_areas) {
  switch(cut,
    all = , group = rep(TRUE, nrow(rows)),
    project = !is.na(rows$project) & rows$project == group,
    key_stage = rows$survey == keyed,
    delivery_model = sessions$delivery_model[match(rows$project, sessions$project)] == keyed,
    term = term_of[rows$project] %in% group,
    area = if (group == "City-wide") is.na(rows$area)
      else if (group %in% c("Other areas", "All areas")) !(ifelse(is.na(rows$area), "City-wide", rows$area) %in% named_areas)
      else !is.na(rows$area) & rows$area == group)
}
# A project belongs to the school term of its first session at which anybody was seen.
began <- sessions[sessions$session %in% attendance$session & sessions$role != "follow_up", ]
began <- tapply(began$date, began$project, min)
month <- as.numeric(substr(began, 6, 7))
term_of <- setNames(paste(ifelse(month <= 4, "Spring", ifelse(month <= 8, "Summer", "Autumn")), substr(began, 1, 4)), names(began))
named_areas <- unique(results$group[results$cut %in% "area" & !results$group %in% c("Other areas", "All areas")])

# Registered: everybody in the files. Somebody new who said no is nobody of them, and only a count.
stage_of <- c(ks1 = "ks1", ks2 = "ks2", ks3 = "ks3")
registered <- function(who, cut, keyed, group) {
  rows <- if (cut == "group") wide_apart else wide
  rows <- rows[rows$role == who, ]
  rows$survey <- rep(keyed, nrow(rows))
  if (cut == "key_stage" && keyed %in% names(stage_of)) rows <- rows[rows$key_stage %in% stage_of[[keyed]], ]
  sum(in_group(rows, if (cut == "key_stage") "all" else cut, keyed, group, named_areas))
}

# ---- every row ----

same <- function(printed, computed) {
  # Where nobody is matched there is nothing to compute: no number, as where one does not exist.
  if (length(computed) == 0) computed <- NA
  if (is.na(printed) && is.na(computed)) return(TRUE)
  if (is.na(printed) || is.na(computed)) return(FALSE)
  abs(printed - computed) <= 1e-9 * max(abs(printed), abs(computed), 1e-3)
}
# Limits that could tell of few people were rounded to one decimal before they were printed.
near <- function(printed, computed) isTRUE(abs(printed - computed) <= 0.05 + 1e-9)

unpaired <- results$id[results$statistic == "change_points" & grepl("unpaired", results$method)]

verdict <- rep(NA_character_, nrow(results))
withheld <- grepl("^(withheld|<5)", results$shown)
verdict[withheld] <- "withheld"
given <- c("version", "quotes", "entries", "starts_on", "ends_on", "judged_on", "children_target", "awareness_target", "awareness_held_target", "awareness_reading", "awarded", "budget", "spent")

subject <- paste(results$measure, results$who, results$comparison, sep = "\r")
found_of <- list()
finding_of <- function(id) look_up(which(results$id == id)[1])
look_up <- function(i) {
  id <- results$id[i]
  if (is.null(found_of[[id]])) {
    # A comparison group is by itself, and in no other figure.
    from <- if (results$cut[i] %in% "group") by_subject_apart else by_subject
    rows <- from[[subject[i]]]
    if (is.null(rows)) rows <- nobody
    keyed <- sub(".*\\.", "", id)
    of_measure <- measures[measures$measure == results$measure[i], ]
    here <- function(rows) rows[in_group(rows, results$cut[i], keyed, results$group[i], named_areas), ]
    first <- from[[sub("\rlater$", "\rafter", subject[i])]]
    asked <- if (is.null(first)) rows else first[!is.na(first$pre_units), ]
    found_of[[id]] <<- finding(here(rows), of_measure$rule[1], of_measure$higher_is_better[1] == 1, here(asked))
  }
  found_of[[id]]
}

# Holm's correction within the main results, which are those with a p.
main <- which(results$statistic == "p" & !withheld & !is.na(results$value))
holm <- p.adjust(sapply(main, function(i) look_up(i)$p), "holm")
names(holm) <- results$id[main]

visits <- merge(attendance, sessions, by = "session")
visits <- visits[visits$role.y != "follow_up", ]
held <- sessions[sessions$session %in% visits$session, ]
reach <- list(
  sessions = nrow(held), areas = length(setdiff(unique(held$area), NA)),
  attendances = sum(visits$role.x == "child"), adult_attendances = sum(visits$role.x == "adult"),
  children = sum(wide$role == "child"), adults = sum(wide$role == "adult"),
  families = length(unique(wide$family)), projects = nrow(unique(projects["project"])))
# How often somebody new said no, by the words of the report.
noes <- list(
  child = c("times a grown-up said no for their children" = sum(sessions$no_for_children), "times a child said no" = sum(sessions$no_by_child)),
  adult = c("times a grown-up said no" = sum(sessions$no_by_adult)))
flow <- function(who) {
  rows <- wide[wide$role == who, ]
  has <- function(column) if (is.null(rows[[column]])) 0 else sum(!is.na(rows[[column]]))
  list("1" = nrow(rows) + sum(noes[[who]]), "2" = nrow(rows), "3" = has("survey_pre"), "4" = has("survey_post"), "6" = has("survey_fu"),
    waves = table(rows$post_wave), registered = nrow(rows))
}
# The matched of the measure that most are matched on.
most_matched <- function(who) max(0, sapply(by_subject, function(rows) if (nrow(rows) > 0 && rows$role[1] == who && rows$comparison[1] == "after") sum(rows$matched) else 0))
matched_of <- list(child = most_matched("child"), adult = most_matched("adult"))
# The matched of the main result of a role that rests on the follow-up, the first of them by their ids.
later_of <- function(who) {
  ids <- measures$measure[measures$rank %in% "primary" & measures$headline %in% "later"]
  rows <- by_subject[paste(sort(unique(ids)), who, "later", sep = "\r")]
  rows <- Filter(Negate(is.null), rows)
  if (length(rows) == 0) 0 else sum(rows[[1]]$matched)
}
# Whose answers of a time were set aside by somebody of the team: they are in the long file, and none of them counts.
afters <- c("post_prog", "post_same", "post_home", "post_exit")
set_aside <- NULL
aside <- function(people, waves) {
  if (is.null(set_aside)) {
    long <- unique(read("data_long.csv")[c("person", "wave", "counted")])
    counts <- long[long$counted == 1, ]
    set_aside <<- long[!paste(long$person, long$wave) %in% paste(counts$person, counts$wave), ]
  }
  people %in% set_aside$person[set_aside$wave %in% waves]
}
# Why people are not in the next step, by the words of the report; reasons of few people stand together.
lost_of <- function(who, words) {
  rows <- wide[wide$role == who, ]
  has <- function(column) if (is.null(rows[[column]])) rep(FALSE, nrow(rows)) else !is.na(rows[[column]])
  pre <- has("survey_pre"); post <- has("survey_post"); fu <- has("survey_fu")
  seen <- function(people) rows$person %in% people
  no_after <- pre & !post
  after_aside <- function() if (any(no_after)) no_after & aside(rows$person, afters) else no_after
  given <- function(kept) if (any(kept)) kept & !aside(rows$person, afters) else kept
  other_form <- pre & post & rows$survey_pre != rows$survey_post
  unmatched <- sum(pre & post) - matched_of[[who]]
  # Projects that ask again, or have an answer of it.
  asks <- c(sessions$project[sessions$role %in% "follow_up"], rows$project[fu])
  of <- function(one) switch(one,
    "after only, first seen where it is asked" = sum(!pre & post & seen(first_there)),
    "after only, though seen earlier" = sum(!pre & post & !seen(first_there)),
    "after only" = , "with an after only" = , "no before" = sum(!pre & post),
    "answers set aside" = sum(!pre & !post & aside(rows$person, c("pre", afters))),
    "neither before nor after" = sum(!pre & !post & !aside(rows$person, c("pre", afters))),
    "no answer before" = sum(!pre), "no after" = sum(no_after), "after set aside" = sum(after_aside()), "gave no after" = sum(given(no_after)),
    "not at a last session so far, no after" = sum(given(no_after & !seen(c(at_a_last, at_a_one_off)))),
    "at a one-off session, gave no after" = sum(given(no_after & seen(at_a_one_off) & !seen(at_a_last))),
    "at a last session, gave no after" = sum(given(no_after & seen(at_a_last))),
    "where the after is asked, but gave none" = sum(given(no_after & seen(c(at_a_last, at_a_one_off)))),
    "after on another form" = sum(other_form), "left the question out" = unmatched - sum(other_form), "another form or left out" = unmatched,
    "with a before, asked by nobody later" = sum(pre & !rows$project %in% asks),
    "with a before, nothing later" = sum(pre & !fu) - not_asked, "later, but no before" = sum(fu & !pre),
    "with a before, nothing later to set beside it" = sum(pre) - later_of(who) - not_asked, "later, but nothing before to set beside it" = sum(fu) - later_of(who),
    noes[[who]][[one]])
  # Who was never asked is told apart, or not.
  told_apart <- any(results$group %in% "with a before, asked by nobody later" & results$who %in% who)
  not_asked <- if (told_apart) sum(pre & !rows$project %in% asks) else 0
  sum(sapply(strsplit(words, "; or ", fixed = TRUE)[[1]], of))
}
flows <- list(child = flow("child"), adult = flow("adult"))

# A question's choices, before and after, of the matched of one questionnaire: the rows of a choice stand in
# the order of the codes.
choice <- function(i) {
  row <- results[i, ]
  survey <- sub(".*\\.", "", row$id)
  wave <- sub(": .*", "", row$statistic)
  codes <- measures$codes[measures$measure == row$measure & measures$survey == survey]
  codes <- as.numeric(strsplit(as.character(codes), " ")[[1]])
  siblings <- which(results$id == row$id & startsWith(results$statistic, paste0(wave, ": ")) & !grepl(" answers together$", results$statistic))
  rows <- by_subject[[subject[i]]]
  rows <- rows[rows$matched & rows$survey == survey, ]
  answers <- if (wave == "before") rows$pre_code else rows$post_code
  if (grepl(" answers together$", row$statistic)) {
    hidden <- siblings[withheld[siblings]]
    above <- codes >= measures$positive_from[measures$measure == row$measure & measures$survey == survey]
    side <- if (grepl("positive", row$statistic)) above else !above
    k <- sum(answers %in% codes[match(hidden, siblings)][side[match(hidden, siblings)]])
  } else {
    k <- sum(answers == codes[match(i, siblings)])
  }
  k
}

in_percent <- function(row, k, n) {
  if (n == 0) return(is.na(row$value))
  limits <- 100 * wilson(k, n)
  same(row$value, 100 * k / n) && same(row$low, limits[1]) && same(row$high, limits[2])
}

# Lost: befores that no answer of the comparison stands beside. The gap is in standard deviations.
lost_and_matched <- function(measure, who, comparison) {
  rows <- by_subject[[paste(measure, who, comparison, sep = "\r")]]
  asked <- by_subject[[paste(measure, who, "after", sep = "\r")]]
  matched <- if (is.null(rows)) nobody else rows[rows$matched, ]
  asked <- if (is.null(asked)) nobody else asked[!is.na(asked$pre_units), ]
  list(matched = matched, lost = asked[!asked$person %in% matched$person, ])
}
in_deviations <- function(difference, v1, v2) difference / sqrt((v1 + v2) / 2)
attrition <- function(row, part) {
  if (part[2] == "groups") {
    measure <- measures$measure[measures$title == row$title & measures$rank == "primary"][1]
    both <- lost_and_matched(measure, row$who, "after")
    here <- function(rows) switch(part[3],
      key_stage = rows$survey == part[4], area = in_group(rows, "area", "", row$group, named_areas),
      delivery_model = rows$delivery_model == part[4], provider = rows$established == (part[4] == "established"))
    k <- sapply(both, function(rows) sum(here(rows))); n <- sapply(both, nrow); p <- k / n
    if (row$statistic == "of_matched") return(in_percent(row, k[["matched"]], n[["matched"]]))
    if (row$statistic == "of_lost") return(in_percent(row, k[["lost"]], n[["lost"]]))
    return(number(row$value, in_deviations(p[["matched"]] - p[["lost"]], p[["matched"]] * (1 - p[["matched"]]), p[["lost"]] * (1 - p[["lost"]]))))
  }
  both <- lost_and_matched(part[2], part[3], part[4])
  matched <- both$matched; lost <- both$lost
  n <- nrow(matched) + nrow(lost)
  if (row$statistic == "lost") return(in_percent(row, nrow(lost), n))
  if (row$statistic == "never_asked") {
    answered <- by_subject[[paste(part[2], part[3], part[4], sep = "\r")]]
    asks <- c(sessions$project[sessions$role %in% "follow_up"], answered$project[!is.na(answered$post_units)])
    return(same(row$value, sum(!lost$project %in% asks)))
  }
  # Where nobody was lost there is nothing to bound.
  if (nrow(lost) == 0 && is.na(row$value)) return(TRUE)
  change <- sum(matched$post_level - matched$pre_level)
  expected <- switch(row$statistic, n_with_before = n,
    level_before_matched = mean(matched$pre_level), level_before_lost = mean(lost$pre_level),
    standardised_difference = in_deviations(mean(matched$pre_level) - mean(lost$pre_level), var(matched$pre_level), var(lost$pre_level)),
    change_if_lost_lowest = (change + sum(0 - lost$pre_level)) / n,
    change_if_lost_unchanged = change / n,
    change_if_lost_highest = (change + sum(100 - lost$pre_level)) / n)
  if (is.null(expected)) NA else number(row$value, expected)
}
# A number that does not exist is printed as a reason, and must not exist here either.
number <- function(printed, expected) if (is.na(printed)) !is.finite(expected) else same(printed, expected)

# Difference in differences: changes of those who took part less changes of the comparison group, by Welch's t.
beside <- function(row) {
  mine <- by_subject[[paste(row$measure, row$who, row$comparison, sep = "\r")]]
  mine <- mine[mine$matched, ]
  if (row$cut != "all") mine <- mine[in_group(mine, row$cut, sub(".*[.]", "", row$id), row$group, named_areas), ]
  theirs <- others[others$measure == row$measure & others$role == row$who & others$comparison == row$comparison, ]
  theirs <- theirs[!is.na(theirs$pre_units) & !is.na(theirs$post_units), ]
  spec <- measures[match(key(theirs$measure, theirs$survey), key(measures$measure, measures$survey)), ]
  of <- function(units) ifelse(spec$rule == "value", 100 * (units / theirs$denominator >= spec$positive_from), 100 * units / theirs$denominator)
  before <- of(theirs$pre_units); after <- of(theirs$post_units)
  if (grepl("^difference_in_differences", row$statistic)) {
    change <- mine$post_level - mine$pre_level
    limits <- t.test(change, after - before)$conf.int
    sides <- list(cr2(mine$cluster, change), cr2(theirs$cluster, after - before))
    # CR2 in each group; Satterthwaite's degrees of freedom of the difference.
    if (row$statistic == "difference_in_differences" && !any(sapply(sides, is.null))) {
      sum_of <- function(part) sum(sapply(sides, function(side) side[[part]]))
      limits <- mean(change) - mean(after - before) + c(-1, 1) * qt(0.975, sum_of("trace")^2 / sum_of("squares")) * sqrt(sum_of("v"))
    }
    return(same(row$value, mean(change) - mean(after - before)) && (is.na(row$low) || (same(row$low, limits[1]) && same(row$high, limits[2]))))
  }
  same(row$value, switch(row$statistic, n_comparison = nrow(theirs), level_before_comparison = mean(before),
    level_after_comparison = mean(after), change_points_comparison = mean(after - before)))
}

# A child and a grown-up of one family: both at or above their cut, or not. Only families of whom one child answered.
dyads <- function(row) {
  one_child <- unique(pairs[pairs$role == "child", c("family", "person")])
  one_child <- names(which(table(one_child$family) == 1))
  side <- function(who) {
    rows <- pairs[pairs$role == who & pairs$measure == row$measure & pairs$comparison == row$comparison & pairs$matched, ]
    rows[rows$family %in% one_child, c("family", "pre_level", "post_level")]
  }
  both <- merge(side("child"), side("adult"), by = "family", suffixes = c("_child", "_adult"))
  if (row$statistic == "pairs") return(same(row$value, nrow(both)))
  if (row$statistic == "families") return(same(row$value, length(unique(both$family))))
  when <- if (startsWith(row$statistic, "before")) "pre" else "post"
  child <- both[[paste0(when, "_level_child")]] > 0
  adult <- both[[paste0(when, "_level_adult")]] > 0
  n <- nrow(both); alike <- child == adult
  statistic <- sub("^[a-z]+_", "", row$statistic)
  if (statistic == "agree") {
    robust <- cr2(both$family, 100 * alike)
    limits <- 100 * mean(alike) + c(-1, 1) * qt(0.975, robust$df) * sqrt(robust$v[1, 1])
    return(same(row$value, 100 * mean(alike)) && (is.na(row$low) || (same(row$low, limits[1]) && same(row$high, limits[2]))))
  }
  if (statistic == "kappa") {
    # Cohen (1960); standard error of Fleiss, Cohen & Everitt (1969).
    p <- table(factor(child, c(FALSE, TRUE)), factor(adult, c(FALSE, TRUE))) / n
    rows <- rowSums(p); columns <- colSums(p)
    chance <- sum(rows * columns); kappa <- (sum(diag(p)) - chance) / (1 - chance)
    # Cell (i, j) is weighed by the share of its row's answer among grown-ups and of its column's among children.
    about <- (diag(2) - outer(columns, rows, "+") * (1 - kappa))^2
    se <- sqrt((sum(p * about) - (kappa - chance * (1 - kappa))^2) / n) / (1 - chance)
    limits <- kappa + c(-1, 1) * qnorm(0.975) * se
    return(if (is.na(row$value)) !is.finite(kappa) else same(row$value, kappa) && same(row$low, limits[1]) && same(row$high, limits[2]))
  }
  k <- switch(statistic, both = sum(child & adult), only_adult = sum(!child & adult), only_child = sum(child & !adult), neither = sum(!child & !adult))
  same(row$value, 100 * k / n)
}

# Attendance: children at each session of a project, in order; and how it went with models, providers, food, leaders.
# Only projects whose sessions the report shows stand behind these tables.
children_visits <- visits[visits$role.x == "child", ]
children_visits <- children_visits[order(children_visits$date, as.numeric(sub("S", "", children_visits$session))), ]
children_visits$first <- !duplicated(children_visits$person)
came <- data.frame(person = wide$person[wide$role == "child"], project = wide$project[wide$role == "child"])
came$times <- as.numeric(table(factor(children_visits$person, came$person)))
came <- came[came$times > 0, ]
of_project_in_order <- function(project) {
  mine <- sessions[sessions$project == project & sessions$session %in% visits$session, ]
  mine$session[order(mine$date, as.numeric(sub("S", "", mine$session)))]
}
children_at <- function(keys) as.numeric(table(factor(children_visits$session, keys)))
shown_projects <- unique(results$group[startsWith(results$id, "visits.project.") & startsWith(results$statistic, "children_at_session_")])
lever <- function(row, part) {
  about <- function(project) sessions[match(project, sessions$project), ]
  per_session <- function(keys) mean(children_at(keys))
  if (part[2] == "recruitment") {
    mine <- shown_projects[about(shown_projects)$delivery_model == part[3]]
    sum_of <- function(statistic) sum(sapply(mine, target_of, statistic))
    expected <- switch(row$statistic, projects = length(mine),
      children_reached = sum(sapply(mine, function(project) registered("child", "project", "", project))),
      children_target = sum_of("children_target"),
      percent_of_target = 100 * sum_of("children_reached") / sum_of("children_target"),
      children_per_session = per_session(unlist(lapply(mine, of_project_in_order))))
    return(number(row$value, expected))
  }
  if (part[2] == "providers") {
    long <- shown_projects[sapply(shown_projects, function(project) length(of_project_in_order(project))) >= 4]
    mine <- long[about(long)$established == (part[3] == "established")]
    first <- per_session(unlist(lapply(mine, function(project) head(of_project_in_order(project), 2))))
    last <- per_session(unlist(lapply(mine, function(project) tail(of_project_in_order(project), 2))))
    return(number(row$value, switch(row$statistic, projects = length(mine), first_two = first, last_two = last, change = 100 * (last / first - 1))))
  }
  kind <- if (part[2] == "food") ifelse(is.na(sessions$food), NA, sessions$food == "hot")
    else ifelse(sessions$same_leader %in% c("yes", "no"), sessions$same_leader == "yes", NA)
  split_of <- function(project) {
    keys <- of_project_in_order(project)
    is <- kind[match(keys, sessions$session)]
    list(keys[is %in% TRUE], keys[is %in% FALSE])
  }
  both <- shown_projects[sapply(shown_projects, function(project) all(lengths(split_of(project)) > 0))]
  mine <- if (part[3] == "all") both else row$group
  with <- unlist(lapply(mine, function(project) split_of(project)[[1]]))
  without <- unlist(lapply(mine, function(project) split_of(project)[[2]]))
  number(row$value, switch(row$statistic, projects = length(mine), sessions_hot = , sessions_same = length(with), children_hot = , children_same = per_session(with),
    sessions_other = length(without), children_other = per_session(without)))
}

# A main result without some of its people, or of everybody seen at either time; by how often children came.
agrees <- function(row, expected) {
  if (is.na(row$value)) return(!is.finite(expected$value))
  if (!same(row$value, expected$value)) return(FALSE)
  if (is.na(row$low)) return(anyNA(expected$limits) || diff(expected$limits) < 1e-9)
  limits <- if (grepl("unpaired", row$method)) expected$unpaired else expected$limits
  (same(row$low, limits[1]) && same(row$high, limits[2])) || (near(row$low, limits[1]) && near(row$high, limits[2]) && all(round(c(row$low, row$high), 1) == c(row$low, row$high)))
}
again <- function(row, i) {
  of_measure <- measures[measures$measure == row$measure, ]
  of <- function(rows) finding(rows, of_measure$rule[1], of_measure$higher_is_better[1] == 1)
  rows <- by_subject[[subject[i]]]
  if (startsWith(row$id, "dose_change.")) {
    ends <- as.numeric(regmatches(row$group, gregexpr("[0-9]+", row$group))[[1]])
    most <- if (grepl("or more$", row$group)) Inf else ends[length(ends)]
    rows <- rows[rows$matched & rows$meets_again & !is.na(rows$visits) & rows$visits >= ends[1] & rows$visits <= most, ]
    rows$cluster <- ifelse(rows$one_off, rows$person, rows$session)
    expected <- of(rows)[[row$statistic]]
    return(if (is.list(expected)) agrees(row, expected) else number(row$value, expected))
  }
  matched <- rows[rows$matched, ]
  if (row$group == "everybody") {
    asked <- lost_and_matched(row$measure, row$who, row$comparison)$lost
    came <- rows[is.na(rows$pre_units), ]
    if (row$statistic == "n_left_out") return(row$value == 0)
    if (row$statistic == "n_left") return(same(row$value, nrow(matched) + nrow(asked) + nrow(came)))
    if (nrow(asked) + nrow(came) == 0) return(is.na(row$value))
    return(agrees(row, overlapping(matched$pre_level, matched$post_level, asked$pre_level, came$post_level)))
  }
  gone <- grepl(row$group, matched$doubts, fixed = TRUE)
  if (row$statistic == "n_left_out") return(same(row$value, sum(gone)))
  if (row$statistic == "n_left") return(same(row$value, sum(!gone)))
  if (sum(gone) == 0) return(is.na(row$value))
  agrees(row, of(matched[!gone, ])[[row$statistic]])
}

# How well the items of a scale hang together, among those who answered all: alpha with Feldt's interval, and omega of
# one factor by maximum likelihood, which two programs reach to five digits.
reliability <- function(row, part) {
  of <- measures[measures$measure == part[2] & measures$survey == part[3], ]
  ids <- strsplit(of$items, " ")[[1]]
  turned <- ids %in% strsplit(paste0("", of$reversed), " ")[[1]]
  columns <- paste0(gsub("[^a-z0-9]", "_", tolower(ids)), ifelse(turned, "_r", ""), "_", part[4])
  here <- wide[wide[[paste0("survey_", part[4])]] %in% part[3], columns]
  here[here < 0] <- NA
  here <- here[complete.cases(here), ]
  if (of$rule == "share_at_least") here <- 1 * (here >= of$positive_from)
  here <- as.matrix(here); k <- ncol(here); n <- nrow(here)
  if (row$statistic == "items") return(same(row$value, k))
  if (row$statistic == "n_complete") return(same(row$value, n))
  if (row$statistic == "alpha") {
    alpha <- k / (k - 1) * (1 - sum(apply(here, 2, var)) / var(rowSums(here)))
    return(agrees(row, list(value = alpha, limits = 1 - (1 - alpha) * qf(c(0.975, 0.025), n - 1, (n - 1) * (k - 1)))))
  }
  if (is.na(row$value)) return(TRUE)
  fit <- factanal(here, factors = 1, control = list(nstart = 10, opt = list(factr = 10)))
  loading <- sum(fit$loadings[, 1] * apply(here, 2, sd)); own <- sum(fit$uniquenesses * apply(here, 2, var))
  abs(row$value - loading^2 / (loading^2 + own)) < 1e-4
}

# Who helped, and the languages: of everybody with a questionnaire of that time that counts.
answered_with <- function(row, part) {
  here <- wide[wide$role == part[2] & !is.na(wide[[paste0("survey_", part[3])]]), ]
  said <- tolower(here[[paste0(if (part[4] == "helped") "helper" else part[4], "_", part[3])]])
  # Languages of few people are not named: they stand together.
  named <- sub(".*\\.", "", results$id[startsWith(results$id, paste0(paste(part[1:4], collapse = "."), "."))])
  k <- if (part[4] == "helped") sum(!is.na(said) & said != "none") else if (part[5] == "others") sum(!is.na(said) & !said %in% named) else if (part[5] == "unsaid") sum(is.na(said)) else sum(said %in% part[5])
  in_percent(row, k, nrow(here))
}

# How sure a change is: clear, likely or cannot tell, from its interval, where one is printed, and how many stand behind it.
grade_of <- function(i) {
  of <- function(statistic) results[results$id == results$id[i] & results$statistic == statistic, ][1, ]
  found <- look_up(i)
  printed <- of("change_points")
  limits <- if (is.na(printed$low)) c(NA, NA) else if (grepl("unpaired", printed$method)) found$change_points$unpaired else found$change_points$limits
  moved <- rbind(of("improved"), of("lower"))
  same_for_all <- anyNA(limits)
  # Where everybody moved by the same, the share who did so has the limits.
  all <- which(moved$value %in% 100)
  if (same_for_all && length(all) == 1) {
    least <- 2 * moved$low[all] - 100
    limits <- if (found$change_points$value > 0) c(least, 100) else c(-100, -least)
  }
  if (found$n_matched < 10 || anyNA(limits) || diff(limits) <= 0 || (limits[1] <= 0 && limits[2] >= 0)) return("cannot tell")
  better <- (limits[1] > 0) == found$higher_is_better
  # More must have moved that way than the other, where that is printed.
  if (found$of_codes && !anyNA(moved$value) && diff(moved$value) * (if (better) 1 else -1) >= 0) return("cannot tell")
  clear <- found$n_matched >= 30 && 100 * found$n_matched / found$seen >= 60 && found$clusters >= 10 && !same_for_all
  paste(if (clear) "clear" else "likely", if (better) "gain" else "fall")
}

# How something stands against its target: the figure in percent of it, unrounded.
stands <- function(percent) if (percent >= 100) "Met" else if (percent >= 80) "Close" else "Behind"
due <- function() {
  day <- function(statistic) as.Date(c(results$shown[results$statistic == statistic], NA)[1])
  gone <- 100 * as.numeric(day("judged_on") - day("starts_on")) / as.numeric(day("ends_on") - day("starts_on"))
  if (!is.finite(gone)) 100 else min(100, max(0, gone))
}
children_status <- function(row) {
  target <- target_of(row$group, "children_target")
  reached <- results[results$statistic == "children_reached" & results$id == sub("children_status$", "children_reached", row$id), ][1, ]
  if (target == 0) return("No target")
  if (is.na(reached$value) || reached$value %in% 1:9) return("Too few to say")
  stands(100 * (100 * reached$value / target) / max(due(), 1))
}
awareness_status <- function(row) {
  beside <- function(statistic) results[results$id == sub("awareness_status$", statistic, row$id), ][1, ]
  # Where a project decides for all, it is held against its own target.
  target <- beside("awareness_held_target")$value
  if (is.na(target)) target <- beside("awareness_target")$value
  percent <- beside("awareness_percent"); held <- beside("awareness_held")
  reading <- results$shown[results$statistic == "awareness_reading"][1]
  # A part's own report says nothing of the reading: what is held apart is printed.
  whole_of_projects <- reading %in% "every_project" && startsWith(row$id, "target.programme")
  value <- if (!is.na(held$id)) held$value else if (reading %in% "lower_limit") percent$low else if (whole_of_projects) NA else percent$value
  measured <- !grepl("^(withheld|<5|undefined: (nobody|not measured|no percentage))", percent$shown) && is.na(percent$low)
  if (target <= 0) return("No target")
  if (is.na(value)) return(if (measured) "Cannot be judged" else "Too few to say")
  stands(100 * value / target)
}

target_of <- function(name, statistic) results$value[results$statistic == statistic & results$group %in% name][1]
everyone <- "AWR.child.after.all"

check <- function(i) {
  row <- results[i, ]
  if (grepl("^(before|after): ", row$statistic)) return(in_percent(row, choice(i), row$n))
  part <- strsplit(row$id, ".", fixed = TRUE)[[1]]
  if (row$statistic == "grade") return(row$shown == grade_of(i))
  if (row$statistic == "children_status") return(row$shown == children_status(row))
  if (row$statistic == "awareness_status") return(row$shown == awareness_status(row))
  if (row$statistic == "children_due") return(same(row$value, due()))
  # A questionnaire's answers are not set beside each other where nobody is matched on it.
  if (row$statistic == "answers") {
    rows <- by_subject[[subject[i]]]
    return(sum(rows$matched & rows$survey == sub(".*\\.", "", row$id)) == 0)
  }
  # Where no change is printed there is none: nobody answered both times.
  if (row$statistic == "change") return(look_up(i)$n_matched == 0)
  if (row$statistic == "jobs_on_list") return(row$value %in% measures$list_length[measures$measure == row$measure])
  if (row$statistic == "people_linked_by_hand") {
    linked <- links[links$confidence == part[3], ]
    return(same(row$value, nrow(unique(data.frame(linked$person, linked$decision == "response")))))
  }
  if (row$statistic == "answers_without_own_yes") {
    here <- wide[wide$role == "child" & !is.na(wide[[paste0("survey_", part[3])]]), ]
    return(in_percent(row, sum(is.na(here[[paste0("own_yes_", part[3])]])), nrow(here)))
  }
  if (row$statistic == "projects_judged") {
    shown <- results$measure %in% row$measure & results$who %in% row$who & results$comparison %in% row$comparison & results$cut %in% "project"
    return(same(row$value, sum(shown & results$statistic == "change_percent" & !is.na(results$value))))
  }
  if (row$statistic == "projects_by_design") {
    designs <- unique(all_sessions[c("project", "design")])
    return(same(row$value, sum(designs$design %in% part[2])))
  }
  if (row$statistic == "projects_by_status") {
    stands <- results[results$statistic == "awareness_status" & startsWith(results$id, "target.project."), ]
    return(same(row$value, sum(stands$shown == row$group)))
  }
  if (row$statistic == "projects_unsure") {
    shown <- results[results$statistic == "awareness_percent" & startsWith(results$id, "target.project."), ]
    target <- results$value[match(sub("percent$", "target", shown$id), results$id)]
    reading <- results$shown[results$statistic == "awareness_reading"][1]
    return(same(row$value, if (reading == "lower_limit") 0 else sum(target > 0 & shown$low < target & shown$high >= target, na.rm = TRUE)))
  }
  # Results with a change by what may be said of it, as their own rows have it.
  if (part[1] == "secondary") {
    main <- results$id[results$statistic == "p"]
    describes <- measures$measure[measures$rank == "describe"]
    here <- results[results$statistic == "grade" & results$cut %in% "all" & !results$id %in% main, ]
    here <- if (part[2] == "jobs") here[startsWith(here$measure, "STE~") & here$comparison == "after", ] else here[!here$measure %in% describes, ]
    expected <- switch(row$statistic, results_shown = nrow(here), results_rose = sum(grepl("gain$", here$shown)),
      results_fell = sum(grepl("fall$", here$shown)), results_open = sum(here$shown == "cannot tell"))
    return(same(row$value, expected))
  }
  # Nesta's second step and Maryland's first need a change among the matched. The third of both takes a result whose
  # difference from a comparison group's has an interval, and at least half of whose befores were answered again.
  if (part[1] == "evidence") {
    main <- results[results$cut %in% "all" & results$statistic == "change_points" & results$id %in% results$id[results$statistic == "p"], ]
    told <- main$id %in% results$id[results$statistic == "grade" & grepl("^(clear|likely)", results$shown)]
    people <- function(statistic) { of <- results[results$statistic == statistic, ]; of$value[match(main$id, of$id)] }
    beside <- results[results$statistic == "difference_in_differences", ]
    compared <- !is.na(beside$low[match(paste0("did.", sub("[.]all$", "", main$id)), beside$id)]) &
      2 * people("n_matched") >= people("n_before")
    compared <- compared %in% TRUE
    reached <- if (row$statistic == "nesta_level") { if (any(told & compared)) 3 else if (any(told)) 2 else 1 } else if (any(compared)) 3 else if (nrow(main) > 0) 1 else 0
    return(same(row$value, reached))
  }
  if (row$statistic == "awareness_held") {
    changes <- results[results$statistic == "awareness_percent", ]
    reading <- results$shown[results$statistic == "awareness_reading"][1]
    if (reading == "lower_limit") return(same(row$value, changes$low[changes$id == sub("held$", "percent", row$id)]))
    of_projects <- changes[startsWith(changes$id, "target.project."), ]
    own <- results$value[match(sub("percent$", "target", of_projects$id), results$id)]
    return(same(row$value, of_projects$value[which.min(of_projects$value / pmax(own, 1))]))
  }
  if (row$statistic == "sessions_disrupted") return(same(row$value, sum(sessions$disrupted %in% 1)))
  if (part[1] %in% c("sensitivity", "dose_change")) return(again(row, i))
  if (part[1] == "reliability") return(reliability(row, part))
  if (part[1] == "circumstance") return(answered_with(row, part))
  if (part[1] == "caveat") {
    if (row$statistic == "main_results") return(same(row$value, sum(results$statistic == "p")))
    rows <- by_subject[[if (length(part) == 5) paste(part[3:5], collapse = "\r") else paste(row$measure, "child", "after", sep = "\r")]]
    rows <- rows[rows$matched, ]
    if (row$statistic == "projects_below_30") return(same(row$value, sum(table(rows$project) < 30)))
    return(in_percent(row, sum(rows$pre_units >= rows$denominator), nrow(rows)))
  }
  if (part[1] == "attrition") return(attrition(row, part))
  if (part[1] == "reach") {
    expected <- reach[[row$statistic]]
    return(if (is.null(expected)) NA else same(row$value, expected))
  }
  # Who had been to such an activity before, as they said with the before.
  if (part[1] == "newcomer") {
    here <- wide[wide$role == part[2] & !is.na(wide$survey_pre), ]
    said <- here[[paste0(gsub("[^a-z0-9]", "_", tolower(part[3])), "_pre")]]
    those <- if (part[4] == "all") !is.na(said) & said >= 0 else said %in% as.numeric(part[4])
    return(same(row$value, if (row$statistic == "n_with_before") sum(those) else sum(those & !is.na(here$survey_post))))
  }
  if (part[1] == "flow") {
    of <- if (part[2] %in% names(flows)) flows[[part[2]]]
    expected <- if (row$statistic %in% c("lost", "joined")) lost_of(part[2], row$group)
      else if (part[3] == "5") matched_of[[part[2]]]
      else if (part[3] %in% names(of)) of[[part[3]]]
      else if (part[3] %in% names(of$waves)) as.numeric(of$waves[[part[3]]])
      else if (grepl("^post_", part[3])) 0
    if (is.null(expected)) return(NA)
    if (row$statistic == "people") return(same(row$value, expected))
    if (row$statistic %in% c("lost", "joined")) return(same(row$value, expected))
    # Who was asked and said no is counted by the time, and is no share of people.
    if (part[3] == "1") return(is.na(row$value))
    limits <- if (is.na(row$low)) NULL else 100 * wilson(expected, of$registered)
    ok <- same(row$value, 100 * expected / of$registered)
    return(ok && (is.null(limits) || (same(row$low, limits[1]) && same(row$high, limits[2]))))
  }
  if (part[1] == "target") {
    whole <- part[2] == "programme"
    reached <- if (whole) reach$children else registered("child", "project", "", row$group)
    id <- if (whole) everyone else results$id[results$cut %in% "project" & results$group %in% row$group & results$measure %in% "AWR" & results$who %in% "child" & results$comparison %in% "after"][1]
    if (row$statistic == "children_reached") return(same(row$value, reached))
    if (row$statistic == "children_percent") return(same(row$value, 100 * reached / target_of(row$group, "children_target")))
    if (row$statistic == "awareness_matched") return(if (is.na(id)) row$value == 0 else same(row$value, finding_of(id)$n_matched))
    found <- finding_of(id)$change_percent
    return(same(row$value, found$value) && (is.na(row$low) || (same(row$low, found$limits[1]) && same(row$high, found$limits[2]))))
  }
  if (part[1] == "money") {
    people <- switch(row$statistic, per_child = reach$children, per_attendance = reach$attendances, per_matched_child = finding_of(everyone)$n_matched)
    return(same(row$value, results$value[results$id == "money.awarded"] / people))
  }
  if (part[1] == "dyads") return(dyads(row))
  if (part[1] == "did") return(beside(row))
  if (part[1] == "dose") {
    meets <- unique(sessions$project[sessions$design %in% "programme"])
    mine <- came[came$project %in% meets, ]
    if (part[2] == "often") return(in_percent(row, sum(mine$times >= 3), nrow(mine)))
    n <- as.numeric(part[2])
    k <- if (grepl("or more$", row$group)) sum(mine$times >= n) else sum(mine$times == n)
    return(in_percent(row, k, nrow(mine)))
  }
  if (row$statistic == "first_visits") {
    later <- unlist(lapply(shown_projects, function(project) {
      keys <- of_project_in_order(project)
      if (!all_sessions$design[match(project, all_sessions$project)] %in% "programme") character(0) else keys[-1]
    }))
    here <- children_visits[children_visits$session %in% later, ]
    return(in_percent(row, sum(here$first), nrow(here)))
  }
  if (part[1] == "visits" && part[2] == "trend") {
    change <- sapply(shown_projects, function(project) {
      each <- children_at(of_project_in_order(project)); third <- length(each) %/% 3
      if (length(each) < 3 || !all_sessions$design[match(project, all_sessions$project)] %in% "programme") NA else mean(tail(each, third)) / mean(head(each, third)) - 1
    })
    return(same(row$value, switch(row$statistic, projects_rose = sum(change > 0.1, na.rm = TRUE),
      projects_with_trend = sum(!is.na(change)), projects_withheld = sum(results$statistic == "children_at_sessions" & withheld))))
  }
  if (part[1] == "visits") {
    each <- children_at(of_project_in_order(row$group))
    third <- length(each) %/% 3
    expected <- if (grepl("^children_at_session_", row$statistic)) each[as.numeric(sub(".*_", "", row$statistic))]
      else switch(row$statistic, first_third = mean(head(each, third)), last_third = mean(tail(each, third)),
        attendance_change = 100 * (mean(tail(each, third)) / mean(head(each, third)) - 1))
    return(number(row$value, expected))
  }
  if (part[1] == "lever") return(lever(row, part))
  if (part[1] == "talk") {
    if (part[2] == "topic") {
      about <- sapply(sessions[startsWith(names(sessions), "topic_")], `%in%`, 1)
      noted <- rowSums(about) > 0
      return(in_percent(row, sum(about[noted, paste0("topic_", part[3])]), sum(noted)))
    }
    heard <- sessions$conversations[!is.na(sessions$conversations)]
    return(in_percent(row, if (part[2] == "often") sum(heard >= 4) else sum(heard == as.numeric(part[3])), length(heard)))
  }
  if (part[1] == "cost") {
    spent <- function(id) results$value[results$id == id & results$statistic == "spent"]
    if (row$statistic == "share_of_spent") return(number(row$value, 100 * spent(row$id) / spent("cost.all")))
    people <- switch(row$statistic, spent_per_child = reach$children, spent_per_attendance = reach$attendances,
      spent_per_matched_child = finding_of(everyone)$n_matched)
    return(if (is.na(row$value)) spent("cost.all") == 0 || people == 0 else same(row$value, spent("cost.all") / people))
  }
  if (row$statistic == "percent_positive") {
    rows <- by_subject[[paste(row$measure, row$who, "after", sep = "\r")]]
    answers <- rows$post_level[!is.na(rows$post_level)]
    return(in_percent(row, sum(answers > 0), length(answers)))
  }
  if (!row$cut %in% c("all", "project", "area", "key_stage", "delivery_model", "term", "group")) return(NA)
  if (grepl("^change_(0$|above_|below_)", row$statistic)) {
    rows <- by_subject[[subject[i]]]
    rows <- rows[rows$matched, ]
    change <- 100 * (rows$post_units - rows$pre_units) / rows$denominator
    ends <- as.numeric(regmatches(row$statistic, gregexpr("-?[0-9]+", row$statistic))[[1]])
    beyond <- function(end) change > end + 1e-9
    short_of <- function(end) change < end - 1e-9
    # The names say both ends from no change outwards: change_above_10_to_20, change_below_-10_from_-20.
    k <- if (row$statistic == "change_0") sum(!beyond(0) & !short_of(0))
      else if (grepl("above", row$statistic)) sum(beyond(ends[1]) & (length(ends) == 1 | !beyond(ends[length(ends)])))
      else sum(short_of(ends[1]) & (length(ends) == 1 | !short_of(ends[length(ends)])))
    return(in_percent(row, k, nrow(rows)))
  }
  if (grepl("^at_(top|bottom)_", row$statistic)) {
    rows <- by_subject[[subject[i]]]
    rows <- rows[rows$matched, ]
    if (is.na(row$value)) return(NA)
    units <- if (endsWith(row$statistic, "before")) rows$pre_units else rows$post_units
    at <- if (startsWith(row$statistic, "at_top")) units >= rows$denominator else units <= 0
    return(in_percent(row, sum(at), nrow(rows)))
  }
  if (row$statistic == "up_by_target") {
    rows <- by_subject[[subject[i]]]
    rows <- rows[rows$matched, ]
    target <- results$value[results$statistic == "awareness_target"][1]
    k <- sum(rows$post_level > rows$pre_level & 100 * rows$post_units >= (100 + target) * rows$pre_units)
    return(in_percent(row, k, nrow(rows)))
  }
  if (row$statistic == "projects_below_target") {
    shown <- results[results$measure %in% row$measure & results$who %in% row$who & results$comparison %in% row$comparison & results$cut %in% "project" & results$statistic == "change_percent" & !is.na(results$value), ]
    target <- results$value[results$statistic == "awareness_target"][1]
    return(same(row$value, sum(sapply(shown$id, function(id) finding_of(id)$change_percent$value) < target)))
  }
  if (grepl("_without_overclaimers$", row$statistic)) {
    rows <- by_subject[[subject[i]]]
    clean <- finding(rows[rows$matched & !grepl("foil_hit", rows$doubts, fixed = TRUE), ], "count_jobs", TRUE)
    expected <- clean[[sub("_without_overclaimers", "", row$statistic)]]
    if (!is.list(expected)) return(same(row$value, expected))
    return(same(row$value, expected$value) && same(row$low, expected$limits[1]) && same(row$high, expected$limits[2]))
  }
  if (row$statistic == "n_registered") {
    return(same(row$value, registered(row$who, row$cut, part[length(part)], row$group)))
  }
  if (row$statistic == "p_holm") return(same(row$value, holm[row$id]))
  found <- look_up(i)
  expected <- found[[row$statistic]]
  if (row$statistic == "smallest_detectable_points" && row$id %in% unpaired) expected <- found$smallest_detectable_unpaired
  if (is.null(expected)) return(NA)
  if (!is.list(expected)) expected <- list(value = expected, limits = NULL)
  # Of a change without spread there is no interval that treats everybody as independent, and its row has nothing else.
  if (is.na(row$value) && endsWith(row$statistic, "_naive")) return(anyNA(expected$limits) || diff(expected$limits) < 1e-9)
  # A number that does not exist is printed as a reason, and must not exist here either.
  if (is.na(row$value)) return(!is.finite(expected$value))
  if (!same(row$value, expected$value) && !(row$statistic == "smallest_detectable_points" && near(row$value, expected$value))) return(FALSE)
  if (is.na(row$low)) return(is.null(expected$limits) || anyNA(expected$limits) || grepl("undefined|withheld", paste(row$shown, row$method)) || diff(expected$limits) < 1e-9 || is.na(row$method))
  limits <- if (grepl("unpaired", row$method)) expected$unpaired else expected$limits
  (same(row$low, limits[1]) && same(row$high, limits[2])) || (near(row$low, limits[1]) && near(row$high, limits[2]) && all(round(c(row$low, row$high), 1) == c(row$low, row$high)))
}

for (i in which(is.na(verdict))) {
  if (results$statistic[i] %in% given) { verdict[i] <- "given"; next }
  passed <- tryCatch(check(i), error = function(failure) { message(results$id[i], " ", results$statistic[i], ": ", conditionMessage(failure)); FALSE })
  verdict[i] <- if (is.na(passed)) "elsewhere" else if (passed) "PASS" else "FAIL"
}

shown <- if ("--all" %in% commandArgs(TRUE)) seq_along(verdict) else which(verdict == "FAIL")
if (length(shown) > 0) {
  cat(sprintf("%-9s %s %s %s\n", verdict[shown], results$id[shown], results$statistic[shown], results$shown[shown]), sep = "")
}
counts <- table(factor(verdict, c("PASS", "FAIL", "withheld", "given", "elsewhere")))
cat(paste(names(counts), counts, collapse = ", "), "\n")
if (any(verdict == "FAIL")) quit(status = 1)
