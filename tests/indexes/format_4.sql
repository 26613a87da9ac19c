BEGIN TRANSACTION;
CREATE TABLE captions (
	figure VARCHAR NOT NULL,
	model VARCHAR NOT NULL,
	prompt VARCHAR NOT NULL,
	text VARCHAR NOT NULL,
	seconds FLOAT NOT NULL,
	PRIMARY KEY (figure, model, prompt)
);
INSERT INTO "captions" VALUES('f','m','p','A caption',1.5);
CREATE TABLE documents (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	id VARCHAR NOT NULL,
	title VARCHAR NOT NULL,
	page_count INTEGER NOT NULL,
	receipt JSON NOT NULL,
	UNIQUE (id)
);
INSERT INTO "documents" VALUES(1,'8ed3f6ad685b959ead7022518e1af76cd816f8e8ec7ccdda1ed4018e8f2223f8','Alpha',2,'{"pages": 2, "passages": 1, "tables": 1, "figures": 1, "captions_linked": 1, "missing": [["Figure 2", 2]], "ocr_pages": [2], "skipped": ["a note"]}');
INSERT INTO "documents" VALUES(2,'f44e64e75f3948e9f73f8dfa94721c4ce8cbb4f265c4790c702b2d41cfbf2753','Beta',2,'{"pages": 2, "passages": 1, "tables": 1, "figures": 1, "captions_linked": 1, "missing": [["Figure 2", 2]], "ocr_pages": [2], "skipped": ["a note"]}');
PRAGMA writable_schema=ON;
INSERT INTO sqlite_master(type,name,tbl_name,rootpage,sql)VALUES('table','element_words','element_words',0,'CREATE VIRTUAL TABLE element_words USING fts5 (scope, title, headings, caption, body, tokenize = ''unicode61 remove_diacritics 0 categories ''''L* M* N* P* S* Co'''''')');
CREATE TABLE 'element_words_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO "element_words_config" VALUES('version',4);
CREATE TABLE 'element_words_content'(id INTEGER PRIMARY KEY, c0, c1, c2, c3, c4);
INSERT INTO "element_words_content" VALUES(1,'#1 #text','alpha','introduct','','alpha open with revenu');
INSERT INTO "element_words_content" VALUES(2,'#1 #figure','alpha','','figur 1 growth of alpha','2019 2020');
INSERT INTO "element_words_content" VALUES(3,'#1 #table','alpha','','tabl 1','a b 1 2');
INSERT INTO "element_words_content" VALUES(4,'#2 #text','beta','introduct','','beta open with revenu');
INSERT INTO "element_words_content" VALUES(5,'#2 #figure','beta','','figur 1 growth of beta','2019 2020');
INSERT INTO "element_words_content" VALUES(6,'#2 #table','beta','','tabl 1','a b 1 2');
CREATE TABLE 'element_words_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO "element_words_data" VALUES(1,X'060C06020E14');
INSERT INTO "element_words_data" VALUES(10,X'0000000002010200000001030101');
INSERT INTO "element_words_data" VALUES(412316860417,X'0000016003302331010202010202010202020132040202010202010202020666696775726502020303020302057461626C6503020303020303036578740102030302030101310206010303010C0103030104040206010303010C0103030104040101320306010405030601040502033031390206010402030601040203023230020601040303060104030101610306010402030601040202046C706861010C010102010402010C0101020103060106010102010162030601040303060104030203657461040C010102010402010C01010201030601060101020105666967757202060103020306010302010667726F777468020601030403060103040109696E74726F647563740106010202030601020201026F6602060103050306010305020370656E010601040303060104030106726576656E750106010405030601040501047461626C0306010302030601030201047769746801060104040306010404040D0C0E0D0B1D0D0F0E0D1B0D1A1112150E0F1210');
CREATE TABLE 'element_words_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
INSERT INTO "element_words_docsize" VALUES(1,X'0201010004');
INSERT INTO "element_words_docsize" VALUES(2,X'0201000502');
INSERT INTO "element_words_docsize" VALUES(3,X'0201000204');
INSERT INTO "element_words_docsize" VALUES(4,X'0201010004');
INSERT INTO "element_words_docsize" VALUES(5,X'0201000502');
INSERT INTO "element_words_docsize" VALUES(6,X'0201000204');
CREATE TABLE 'element_words_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
INSERT INTO "element_words_idx" VALUES(3,X'',2);
CREATE TABLE elements (
	"key" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	document INTEGER NOT NULL,
	kind VARCHAR NOT NULL,
	position INTEGER NOT NULL,
	page INTEGER,
	printed VARCHAR NOT NULL,
	id VARCHAR NOT NULL,
	box JSON,
	seconds JSON,
	headings JSON NOT NULL,
	mentions JSON NOT NULL,
	label VARCHAR NOT NULL,
	caption VARCHAR NOT NULL,
	description VARCHAR NOT NULL,
	described_by VARCHAR NOT NULL,
	unverified JSON NOT NULL,
	figure_type VARCHAR NOT NULL,
	crop VARCHAR,
	text VARCHAR NOT NULL,
	UNIQUE (document, position),
	UNIQUE (document, id),
	FOREIGN KEY(document) REFERENCES documents (number) ON DELETE CASCADE
);
INSERT INTO "elements" VALUES(1,1,'text',0,1,'','beb015550fbef9aab661675c3cc16ff88f47fe872c1600bbc851cdc4b8cd6ac1','[10, 20, 110.5, 35]',NULL,'["Introduction"]','["Figure 1"]','','','','','[]','',NULL,'alpha opens with revenue');
INSERT INTO "elements" VALUES(2,1,'figure',1,1,'','296ec4d63e8bd44dc1af920e8c75b4f477a5d0122dafcfe75ab006612843d8af','[10, 20, 110.5, 35]',NULL,'[]','[]','Figure 1','Figure 1: Growth of alpha','','','[]','','f6453801eac42d2b76d27f85cf10138cbce573efa3d04d87207c489453c8124a.png','2019 2020');
INSERT INTO "elements" VALUES(3,1,'table',2,2,'','b7be35413620c650089737204ebf71176db897789ee890a45b9021d7b9543e7f','[10, 20, 110.5, 35]',NULL,'[]','[]','Table 1','','','','[]','',NULL,'| a | b |
|---|---|
| 1 | 2 |');
INSERT INTO "elements" VALUES(4,2,'text',0,1,'','283419fbcbc25ae356a4bccbebc2167b1fc4b6c304028b4d3b1c2018fedbcccd','[10, 20, 110.5, 35]',NULL,'["Introduction"]','["Figure 1"]','','','','','[]','',NULL,'beta opens with revenue');
INSERT INTO "elements" VALUES(5,2,'figure',1,1,'','4a9c0c0bc890fe6123ad1ece986ea243d11bf8ecbaa7a39974d2310d6ca95abe','[10, 20, 110.5, 35]',NULL,'[]','[]','Figure 1','Figure 1: Growth of beta','','','[]','','21c9554a558b84bbbc66fcad36433f396a7e023cb0d01d42f1483ff745c02c59.png','2019 2020');
INSERT INTO "elements" VALUES(6,2,'table',2,2,'','92b9efa6411172bb7c10b8a458586035463a8bf9db4e326d9cfd29b41fe8367d','[10, 20, 110.5, 35]',NULL,'[]','[]','Table 1','','','','[]','',NULL,'| a | b |
|---|---|
| 1 | 2 |');
CREATE TABLE mentions (
	element INTEGER NOT NULL,
	label VARCHAR NOT NULL,
	PRIMARY KEY (element, label),
	FOREIGN KEY(element) REFERENCES elements ("key") ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "mentions" VALUES(1,'Figure 1');
INSERT INTO "mentions" VALUES(4,'Figure 1');
CREATE TABLE meta (
	name VARCHAR NOT NULL,
	value JSON NOT NULL,
	PRIMARY KEY (name)
);
INSERT INTO "meta" VALUES('schema',4);
INSERT INTO "meta" VALUES('index','"45354771128042b6a411b0309602b17f"');
INSERT INTO "meta" VALUES('generation',2);
INSERT INTO "meta" VALUES('horizon',2);
INSERT INTO "meta" VALUES('spaces','[["text", "test-model@1", 4], ["pixels", "test-pixels", 4]]');
CREATE TABLE modalities (
	space VARCHAR NOT NULL,
	modality VARCHAR NOT NULL,
	members INTEGER NOT NULL,
	total BLOB NOT NULL,
	PRIMARY KEY (space, modality)
);
INSERT INTO "modalities" VALUES('text','',6,X'00000050DF73EB3F000000709D6DDE3F000000E44F1AF23F000000829619F23F');
INSERT INTO "modalities" VALUES('pixels','',2,X'00000030C8DBF1BF00000070B0E6D5BF00000060887DF5BF000000E0D525E03F');
INSERT INTO sqlite_master(type,name,tbl_name,rootpage,sql)VALUES('table','page_words','page_words',0,'CREATE VIRTUAL TABLE page_words USING fts5 (scope, title, headings, body, tokenize = ''unicode61 remove_diacritics 0 categories ''''L* M* N* P* S* Co'''''')');
CREATE TABLE 'page_words_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO "page_words_config" VALUES('version',4);
CREATE TABLE 'page_words_content'(id INTEGER PRIMARY KEY, c0, c1, c2, c3);
INSERT INTO "page_words_content" VALUES(1,'#1 #first','alpha a','introduct',' alpha open with revenu figur 1 growth of alpha 2019 2020');
INSERT INTO "page_words_content" VALUES(2,'#1','alpha','','tabl 1 a b 1 2');
INSERT INTO "page_words_content" VALUES(3,'#2 #first','beta b','introduct',' beta open with revenu figur 1 growth of beta 2019 2020');
INSERT INTO "page_words_content" VALUES(4,'#2','beta','','tabl 1 a b 1 2');
CREATE TABLE 'page_words_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO "page_words_data" VALUES(1,X'0406060222');
INSERT INTO "page_words_data" VALUES(10,X'0000000002010200000001030101');
INSERT INTO "page_words_data" VALUES(412316860417,X'00000139033023310102020102020201320302020102020205666972737401020302020301013101060103070108010303050106010307010801030305010132020601030702060103070203303139010601030B020601030B03023230010601030C020601030C01016101060101030106010304020601030402046C706861010E0101020103020A01060101020101620206010305010601010301060103050203657461030E0101020103020A01060101020105666967757201060103060206010306010667726F777468010601030802060103080109696E74726F647563740106010202020601020201026F6601060103090206010309020370656E010601030302060103030106726576656E750106010305020601030501047461626C0206010302020601030201047769746801060103040206010304040A090D190D0F0E121412131112150E0F1210');
CREATE TABLE 'page_words_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
INSERT INTO "page_words_docsize" VALUES(1,X'0202010B');
INSERT INTO "page_words_docsize" VALUES(2,X'01010006');
INSERT INTO "page_words_docsize" VALUES(3,X'0202010B');
INSERT INTO "page_words_docsize" VALUES(4,X'01010006');
CREATE TABLE 'page_words_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
INSERT INTO "page_words_idx" VALUES(3,X'',2);
CREATE TABLE pages (
	number INTEGER NOT NULL,
	document INTEGER NOT NULL,
	page INTEGER NOT NULL,
	PRIMARY KEY (number),
	UNIQUE (document, page),
	FOREIGN KEY(document) REFERENCES documents (number) ON DELETE CASCADE
);
INSERT INTO "pages" VALUES(1,1,1);
INSERT INTO "pages" VALUES(2,1,2);
INSERT INTO "pages" VALUES(3,2,1);
INSERT INTO "pages" VALUES(4,2,2);
CREATE TABLE paths (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	path BLOB NOT NULL,
	document INTEGER NOT NULL,
	size INTEGER NOT NULL,
	mtime_ns INTEGER NOT NULL,
	root BLOB,
	UNIQUE (path),
	FOREIGN KEY(document) REFERENCES documents (number) ON DELETE CASCADE
);
INSERT INTO "paths" VALUES(1,X'2F646F63732F312E706466',1,5,1000000000000000000,NULL);
INSERT INTO "paths" VALUES(2,X'2F646F63732F322E706466',2,4,1000000000000000000,NULL);
CREATE TABLE removals (
	"key" INTEGER NOT NULL,
	generation INTEGER NOT NULL,
	PRIMARY KEY ("key")
);
CREATE TABLE runs (
	number INTEGER NOT NULL,
	finished VARCHAR NOT NULL,
	summary JSON NOT NULL,
	PRIMARY KEY (number)
);
INSERT INTO "runs" VALUES(1,'2026-11-21T16:32:20+00:00','{"added": 2}');
CREATE TABLE switched (
	space VARCHAR NOT NULL,
	document INTEGER NOT NULL,
	PRIMARY KEY (space, document),
	FOREIGN KEY(document) REFERENCES documents (number) ON DELETE CASCADE
);
CREATE TABLE vectors (
	number INTEGER NOT NULL,
	space VARCHAR NOT NULL,
	element INTEGER NOT NULL,
	modality VARCHAR NOT NULL,
	window INTEGER NOT NULL,
	data BLOB NOT NULL,
	PRIMARY KEY (number),
	UNIQUE (space, element, modality, window),
	FOREIGN KEY(element) REFERENCES elements ("key") ON DELETE CASCADE
);
INSERT INTO "vectors" VALUES(1,'text',1,'',0,X'48FE3E3E44AD48BE4936733FD1591F3E');
INSERT INTO "vectors" VALUES(2,'text',2,'',0,X'0CF39DBE113E553E4740403F3EA10B3F');
INSERT INTO "vectors" VALUES(3,'text',3,'',0,X'547DE4BEE36D4DBF8F5DCABE2CAFD63C');
INSERT INTO "vectors" VALUES(4,'pixels',2,'',0,X'88BFD0BEA293FC3DF85557BF8D98AA3E');
INSERT INTO "vectors" VALUES(5,'text',4,'',0,X'DA625B3E7565023F35C5513EDFD14EBF');
INSERT INTO "vectors" VALUES(6,'text',5,'',0,X'07B6343FD931B23EA85AD6BE25FCE73E');
INSERT INTO "vectors" VALUES(7,'text',6,'',0,X'DB88013F8803D13EC893213D0940423F');
INSERT INTO "vectors" VALUES(8,'pixels',5,'',0,X'BF5C35BF6C5AEEBE8E8200BFA2892F3E');
CREATE INDEX removals_by_generation ON removals (generation);
CREATE INDEX paths_by_document ON paths (document);
CREATE INDEX elements_by_printed ON elements (document, printed);
CREATE INDEX elements_by_label ON elements (label, document);
CREATE INDEX elements_by_figure_type ON elements (figure_type, document);
CREATE INDEX elements_by_kind ON elements (kind, document);
CREATE INDEX elements_by_id ON elements (id);
CREATE INDEX elements_by_crop ON elements (crop);
CREATE INDEX elements_by_page ON elements (document, page);
CREATE INDEX mentions_by_label ON mentions (label, element);
CREATE INDEX vectors_by_element ON vectors (element);
PRAGMA writable_schema=OFF;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('documents',2);
INSERT INTO "sqlite_sequence" VALUES('elements',6);
INSERT INTO "sqlite_sequence" VALUES('paths',2);
COMMIT;
